/// Pages as text: whether two say the same, and compression as the stock Exposer does it.
#pragma once

#include <string>
#include <string_view>

namespace seadragon::bench {

/// Throws std::runtime_error that names the first sample that only one page has or that differs.
/// Sums may differ in the last digits, because threads added them up in another order, and bounds
/// may be spelt `1` or `1.0`.
void check_same_samples(std::string_view reference, std::string_view ours);

/// gzip with zlib at its default level, into `compressed`, whose space is used again.
void gzip(std::string_view text, std::string& compressed);

/// The text of a gzip stream. Throws std::runtime_error when it is damaged.
std::string gunzip(std::string_view compressed);

}  // namespace seadragon::bench
