/// The buckets of the catalog's histograms: one layout per purpose.
///
/// The top bound exceeds the longest request a server should accept, and what an SLO is likely to
/// name (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60 s) is always a bound. A changed layout splits every
/// stored histogram: never without a line in CHANGELOG.md.
#pragma once

namespace seadragon::monitoring {

/// Whole requests and waits: 5 ms to 10 minutes.
inline constexpr double request_seconds[] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5,
                                             0.75,  1,    1.5,   2.5,  5,     7.5, 10,   15,   20,
                                             30,    45,   60,    90,   120,   180, 300,  600};

/// Until the first token or byte: 1 ms to 160 s.
inline constexpr double first_token_seconds[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5,
    0.75,  1,      1.5,   2.5,  5,     7.5,  10,    20,  40,   80,   160};

/// Between two tokens: 1 ms to 10 s.
inline constexpr double inter_token_seconds[] = {
    0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05,
    0.06,  0.08,  0.1,   0.15,  0.2,   0.4,  0.6,   0.8,  1,     2.5,  5,    10};

}  // namespace seadragon::monitoring
