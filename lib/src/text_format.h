/// The words of the text formats: names, labels and heads.
/// Sources: https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// https://prometheus.io/docs/specs/om/open_metrics_spec/
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/src/metric_spec.h"

namespace seadragon::monitoring {

/// "# HELP ..." and "# TYPE ...", help escaped.
void append_family_head(std::string& out, std::string_view name, std::string_view help,
                        MetricType type);

/// The same in OpenMetrics 1.0, with "# UNIT" where the name ends in a base unit. `name` is that of
/// the family: a counter's without `_total`.
void append_openmetrics_head(std::string& out, std::string_view name, std::string_view help,
                             MetricType type);

/// A bound as the value of a label `le` or `quantile`: with a point or an exponent, as OpenMetrics
/// asks for and as Prometheus writes those that it reads from the protobuf format.
void append_bound(std::string& out, double bound);

/// `name="value"`, escaped, bytes that are no UTF-8 replaced; after a comma unless it is the first.
void append_label(std::string& labels, std::string_view name, std::string_view value);

/// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// Length of the UTF-8 sequence at the beginning of `text`, 0 if there is none. Overlong forms,
/// surrogates and code points beyond U+10FFFF are none (RFC 3629 section 4).
std::size_t utf8_sequence(std::string_view text) noexcept;

bool is_metric_name(std::string_view name);  ///< [a-zA-Z_][a-zA-Z0-9_]*; colons are for views.
bool is_label_name(std::string_view name);   ///< The same, not beginning with two underscores.

}  // namespace seadragon::monitoring
