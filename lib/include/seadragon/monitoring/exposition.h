/// One page for Prometheus out of several sources, in the format that it asks for.
///
///   Exposition page;
///   page.add(registry).add(prometheus_source(stock_registry));   // prometheus.h
///   ExpositionAnswer answer = page.answer({accept, accept_encoding, query});
///
/// Formats: Prometheus text 0.0.4, OpenMetrics 1.0 (with exemplars), and the protobuf messages in
/// which Prometheus reads native histograms.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "seadragon/monitoring/registry.h"

namespace seadragon::monitoring {

namespace detail {
class PageFamily;
}

/// What a scraper wants: header values and query string as they came. Views into the request.
struct ExpositionRequest {
  std::string_view accept = {};
  std::string_view accept_encoding = {};

  /// After the question mark, percent-encoded. `name[]=x`, which may be repeated, asks for the
  /// family x alone; `created=1` for the `_created` series of OpenMetrics.
  std::string_view query = {};
};

struct ExpositionAnswer {
  std::string body;
  std::string_view content_type;  ///< Of static storage duration.
  bool gzip = false;              ///< Send `Content-Encoding: gzip`.
};

/// Something else than a Registry that has metrics.
class ExpositionSource {
 public:
  virtual ~ExpositionSource() = default;

  /// Adds what there is at this moment. Any thread, several at once.
  virtual void collect(std::vector<std::unique_ptr<const detail::PageFamily>>& families) const = 0;
};

/// Any thread may ask for pages; adding is for set-up.
///
/// A family that two sources have stands once, with the series of both; of the same series in two
/// sources Prometheus takes the first. A page throws std::runtime_error that names the family when
/// its type differs between the two.
class Exposition {
 public:
  /// `registry` must outlive the pages made.
  Exposition& add(const Registry& registry);
  Exposition& add(std::shared_ptr<const ExpositionSource> source);

  ExpositionAnswer answer(const ExpositionRequest& request) const;

 private:
  std::vector<std::shared_ptr<const ExpositionSource>> sources_;
};

}  // namespace seadragon::monitoring
