#include "lib/src/samples.h"

#include <algorithm>
#include <stdexcept>

#include "lib/src/text_format.h"
#include "lib/src/text_page.h"

namespace seadragon::monitoring {

class Samples::Page final : public detail::PageFamily {
 public:
  explicit Page(const Family& family) : family_(family) {}

  detail::FamilyHead head() const override {
    return {.name = family_.spec->name, .help = family_.spec->help, .type = family_.spec->type};
  }
  void write(detail::PageWriter& page) const override {
    for (const auto& [labels, value] : family_.series) page.number({.labels = labels}, value);
  }
  std::size_t text_size() const override {
    constexpr std::size_t line = 128;
    return (family_.series.size() + 2) * line;
  }

 private:
  const Family& family_;
};

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
  family->series.emplace_back(std::move(labels), value);
}

void Samples::add(const Samples& others) {
  for (const Family& other : others.families_) {
    auto family = std::ranges::find(families_, other.spec, &Family::spec);
    if (family == families_.end()) family = families_.insert(families_.end(), {other.spec, {}});
    family->series.insert(family->series.end(), other.series.begin(), other.series.end());
  }
}

void Samples::collect(detail::PageFamilies& page) const {
  for (const Family& family : families_) page.push_back(std::make_unique<const Page>(family));
}

std::string Samples::text() const {
  detail::TextPage page({});
  for (const Family& family : families_) {
    const Page one(family);
    page.family(one.head());
    one.write(page);
  }
  return page.finish();
}

}  // namespace seadragon::monitoring
