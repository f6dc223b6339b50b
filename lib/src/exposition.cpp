#include "seadragon/monitoring/exposition.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lib/src/exposition_request.h"
#include "lib/src/families.h"
#include "lib/src/gzip.h"
#include "lib/src/protobuf_page.h"
#include "lib/src/text_page.h"

namespace seadragon::monitoring {
namespace {

using namespace detail;

class RegistrySource final : public ExpositionSource {
 public:
  explicit RegistrySource(const Registry& registry) : registry_(registry) {}
  void collect(PageFamilies& families) const override { registry_.families().collect(families); }

 private:
  const Registry& registry_;
};

/// Those of one name, written one after the other, where the first of them stood.
std::vector<const PageFamily*> in_order(const PageFamilies& families) {
  struct Place {
    std::string_view name;
    std::size_t own, first;  // of all families, and of those of the name
  };
  std::vector<Place> places;
  places.reserve(families.size());
  for (const auto& family : families) {
    places.push_back({family->head().name, places.size(), places.size()});
  }
  std::ranges::sort(places, {}, [](const Place& place) { return std::tie(place.name, place.own); });
  for (std::size_t i = 1; i < places.size(); ++i) {
    Place& place = places[i];
    if (place.name != places[i - 1].name) continue;
    place.first = places[i - 1].first;
    if (families[place.own]->head().type != families[place.first]->head().type) {
      throw std::runtime_error(std::string(place.name) +
                               ": two sources of the page have it, with different types");
    }
  }
  std::ranges::sort(places, {},
                    [](const Place& place) { return std::pair(place.first, place.own); });
  std::vector<const PageFamily*> ordered;
  ordered.reserve(places.size());
  for (const Place& place : places) ordered.push_back(families[place.own].get());
  return ordered;
}

/// Whether `asked` is the family or one of the series that it exposes.
bool is_asked_for(const FamilyHead& head, const std::vector<std::string>& asked) {
  constexpr std::array<std::string_view, 6> suffixes = {"",       "_bucket", "_sum",
                                                        "_count", "_total",  "_created"};
  if (asked.empty()) return true;
  std::string_view stem = head.name;
  if (head.type == MetricType::counter && stem.ends_with("_total")) stem.remove_suffix(6);
  return std::ranges::any_of(asked, [&](std::string_view name) {
    return name.starts_with(stem) &&
           std::ranges::find(suffixes, name.substr(stem.size())) != suffixes.end();
  });
}

void write(PageWriter& page, const std::vector<const PageFamily*>& families) {
  std::string_view name;
  for (const PageFamily* const family : families) {
    const FamilyHead head = family->head();
    if (head.name != name) page.family(head);
    name = head.name;
    family->write(page);
  }
}

}  // namespace

Exposition& Exposition::add(const Registry& registry) {
  return add(std::make_shared<const RegistrySource>(registry));
}

Exposition& Exposition::add(std::shared_ptr<const ExpositionSource> source) {
  sources_.push_back(std::move(source));
  return *this;
}

ExpositionAnswer Exposition::answer(const ExpositionRequest& request) const {
  const ExpositionFormat format = negotiate_format(request.accept);
  const ExpositionQuery query = parse_exposition_query(request.query);
  PageFamilies families;
  for (const auto& source : sources_) source->collect(families);
  std::erase_if(families,
                [&](const auto& family) { return !is_asked_for(family->head(), query.names); });
  const std::vector<const PageFamily*> ordered = in_order(families);

  ExpositionAnswer answer;
  answer.content_type = content_type(format);
  answer.gzip = accepts_gzip(request.accept_encoding);
  std::size_t size = 0;
  for (const auto& family : families) size += family->text_size();
  if (format == ExpositionFormat::protobuf) {
    ProtobufPage page(size);
    write(page, ordered);
    answer.body = page.finish();
    if (answer.gzip) answer.body = gzip(answer.body);
    return answer;
  }
  TextPage page({.openmetrics = format == ExpositionFormat::openmetrics,
                 .created = query.created,
                 .repeats = answer.gzip,
                 .size_hint = size});
  write(page, ordered);
  answer.body = page.finish();
  if (answer.gzip) answer.body = gzip(answer.body, page.repeats());
  return answer;
}

}  // namespace seadragon::monitoring
