#include "lib/src/samples.h"

#include <algorithm>
#include <stdexcept>

#include "lib/src/text_format.h"

namespace seadragon::monitoring {

void Samples::add(const MetricSpec& spec, double value,
                  std::initializer_list<std::string_view> label_values) {
  if (spec.type == MetricType::histogram || label_values.size() != spec.labels.size()) {
    throw std::logic_error(std::string(spec.name) + ": the sample does not fit the catalog");
  }
  auto family = std::ranges::find(families_, &spec, &Family::spec);
  if (family == families_.end()) family = families_.insert(families_.end(), {&spec, {}});

  std::string labels;
  const std::string_view* label_value = label_values.begin();
  for (const std::string_view name : spec.labels) append_label(labels, name, *label_value++);
  append_series(family->lines, spec.name, labels);
  append_number(family->lines, value);
  family->lines += '\n';
}

std::string Samples::text() const {
  std::string out;
  for (const Family& family : families_) {
    append_family_head(out, family.spec->name, family.spec->help, family.spec->type);
    out += family.lines;
  }
  return out;
}

}  // namespace seadragon::monitoring
