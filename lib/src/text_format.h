/// The pieces of the Prometheus text format 0.0.4.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/src/metric_spec.h"

namespace seadragon::monitoring {

/// "# HELP ..." and "# TYPE ...", help escaped.
void append_family_head(std::string& out, std::string_view name, std::string_view help,
                        MetricType type);

/// The shortest text that reads back as the same double; `NaN`, `+Inf`, `-Inf`.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::uint64_t value);

/// `name="value"`, escaped, bytes that are no UTF-8 replaced; after a comma unless it is the first.
void append_label(std::string& labels, std::string_view name, std::string_view value);

/// `name{labels} ` without braces where there are no labels.
void append_series(std::string& out, std::string_view name, std::string_view labels);

/// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

bool is_metric_name(std::string_view name);  ///< [a-zA-Z_][a-zA-Z0-9_]*; colons are for views.
bool is_label_name(std::string_view name);   ///< The same, not beginning with two underscores.

}  // namespace seadragon::monitoring
