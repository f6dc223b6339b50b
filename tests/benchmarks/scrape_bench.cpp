// What a page costs: prometheus-cpp as its Exposer makes it, ours as our endpoint does.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <libdeflate.h>
#include <prometheus/text_serializer.h>
#include <seadragon/monitoring/exposition.h>
#include <seadragon/monitoring/prometheus.h>

#include "tests/benchmarks/interleaved.h"
#include "tests/benchmarks/page_content.h"
#include "tests/benchmarks/page_text.h"

namespace seadragon::bench {
namespace {

/// In the order of the comparisons, each followed by the size.
constexpr std::array rows{"scrape_plain_", "scrape_gzip_", "scrape_stock_registry_",
                          "scrape_stock_serializer_"};

/// Both sides of one size.
struct Pages {
  explicit Pages(std::size_t wanted) : shape(wanted), stock(shape), ours(shape) {
    stock.fill();
    ours.fill();
    page.add(ours.registry);
    stock_page.add(monitoring::prometheus_source(stock.registry));
  }

  std::string stock_text() const { return stock_serializer.Serialize(stock.registry->Collect()); }
  std::string our_text() const { return page.answer({}).body; }
  std::string our_gzip() const { return page.answer({.accept_encoding = "gzip"}).body; }

  // Of the stock registry, but by our code.
  std::string serialized() const { return our_serializer.Serialize(stock.registry->Collect()); }
  std::string exposed() const { return stock_page.answer({}).body; }

  const PageShape shape;
  StockPage stock;
  OurPage ours;
  monitoring::Exposition page, stock_page;
  prometheus::TextSerializer stock_serializer;
  monitoring::PrometheusSerializer our_serializer;
};

/// A comparison of unequal pages would be worth nothing.
void check(const Pages& pages, Report& report) {
  const std::string stock = pages.stock_text();
  const std::string ours = pages.our_text();
  check_same_samples(stock, ours);
  check_same_samples(stock, pages.serialized());
  check_same_samples(stock, pages.exposed());
  const std::string compressed = pages.our_gzip();
  if (gunzip(compressed) != ours) throw std::runtime_error("our gzip holds another page");
  std::string reference;
  gzip(stock, reference);
  report.remark(std::to_string(pages.shape.lines) + " series, the same on both pages; bytes: " +
                std::to_string(stock.size()) + " and ours " + std::to_string(ours.size()) +
                ", compressed " + std::to_string(reference.size()) + " and ours " +
                std::to_string(compressed.size()));
}

/// What no page of this many bytes can be faster than.
void report_limits(Report& report, const Pages& pages, const std::string& size, Effort effort) {
  const std::string body = pages.our_text();
  std::string copy(body.size(), '\0');
  report.figure(
      "limit: copying a page of " + size,
      time_alone(repeated([&](unsigned) { std::memcpy(copy.data(), body.data(), body.size()); }),
                 effort));
  report.figure(
      "limit: the checksum that gzip wants of it",
      time_alone(repeated([&](unsigned) {
                   benchmark::DoNotOptimize(::libdeflate_crc32(0, body.data(), body.size()));
                 }),
                 effort));
}

template <class Page>
Repeated made(Page page) {
  return repeated([page](unsigned) { benchmark::DoNotOptimize(page()); });
}

void measure_size(Report& report, const std::string& size, std::size_t series, Effort effort) {
  const auto wanted = [&](const char* row) { return report.wants(row + size); };
  if (std::ranges::none_of(rows, wanted)) return;
  report.begin("pages of " + size + " series");
  const auto pages = std::make_unique<Pages>(series);
  check(*pages, report);
  std::string space;
  const Repeated stock = made([&] { return pages->stock_text(); });
  const Comparison comparisons[] = {
      {{rows[0] + size, 30}, {stock, made([&] { return pages->our_text(); })}},
      {{rows[1] + size, 20},
       {repeated([&](unsigned) { gzip(pages->stock_text(), space); }),
        made([&] { return pages->our_gzip(); })}},
      {{rows[2] + size, 2}, {stock, made([&] { return pages->exposed(); })}},
      {{rows[3] + size, 2}, {stock, made([&] { return pages->serialized(); })}},
  };
  report_interleaved(report, comparisons, effort);
  report_limits(report, *pages, size, report.once() ? Effort{1, 0} : Effort{5, 0.02});
}

void measure(Report& report) {
  measure_size(report, "1k", 1'000, {31, 0.01});
  measure_size(report, "10k", 10'000, {15, 0.05});
  measure_size(report, "100k", 100'000, {9, 0.1});
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
