// What series and pages occupy.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <malloc.h>
#include <prometheus/text_serializer.h>
#include <seadragon/monitoring/exposition.h>

#include "tests/benchmarks/child_process.h"
#include "tests/benchmarks/page_content.h"
#include "tests/benchmarks/report.h"

namespace seadragon::bench {
namespace {

// A series is a line of the page: a histogram of 16 bounds is 19.
constexpr double bytes_of_a_series = 70;
constexpr double bytes_of_a_thread = 8;   // in addition, for each series that it records
constexpr double budget_of_a_page = 1.1;  // times its body

/// In use on the heaps of all threads.
double heap_bytes() {
  const struct mallinfo2 heap = ::mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd);
}

template <class Page>
double heap_bytes_of_a_series(const PageShape& shape) {
  const double before = heap_bytes();
  Page page(shape);
  page.fill();
  page.forget_handles();
  return (heap_bytes() - before) / static_cast<double>(shape.lines);
}

struct Scraped {
  double body;
  double added;  ///< To the peak of resident memory.
};

/// Several scrapes: what a page keeps for the next one counts as well. In a process of its own,
/// whose heap is as small as can be.
template <class Page>
Scraped scrape(const PageShape& shape, const std::function<std::string(const Page&)>& text) {
  return in_child_process<Scraped>([&] {
    Page page(shape);
    page.fill();
    ::malloc_trim(0);
    reset_peak_memory();
    const double before = peak_memory();
    std::size_t body = 0;
    for (int i = 0; i < 3; ++i) body = std::max(body, text(page).size());
    return Scraped{static_cast<double>(body), peak_memory() - before};
  });
}

void measure_series(Report& report, std::size_t series) {
  const Row row{"series_memory", 1, "budget"};
  if (!report.wants(row.name)) return;
  report.begin(row.name);
  const PageShape shape(series);
  const double ours = heap_bytes_of_a_series<OurPage>(shape);
  report.compared_bytes(row, bytes_of_a_series + bytes_of_a_thread * recording_threads, ours);
  report.remark(row.name + " of prometheus-cpp: " +
                std::to_string(static_cast<int>(heap_bytes_of_a_series<StockPage>(shape))) + " B");
}

void measure_scrape(Report& report, std::size_t series) {
  const Row row{"scrape_peak_memory", 1, "budget"};
  if (!report.wants(row.name)) return;
  report.begin(row.name);
  const PageShape shape(series);
  const Scraped ours = scrape<OurPage>(shape, [](const OurPage& page) {
    monitoring::Exposition exposition;
    exposition.add(page.registry);
    return exposition.answer({}).body;
  });
  const Scraped stock = scrape<StockPage>(shape, [](const StockPage& page) {
    return prometheus::TextSerializer().Serialize(page.registry->Collect());
  });
  report.compared_bytes(row, budget_of_a_page * ours.body, ours.added);
  report.remark(row.name +
                " of prometheus-cpp: " + std::to_string(static_cast<std::size_t>(stock.added)) +
                " B for a body of " + std::to_string(static_cast<std::size_t>(stock.body)) + " B");
}

void measure(Report& report) {
  const std::size_t series = report.once() ? 1'000 : 100'000;
  measure_scrape(report, series);  // first, before this process has threads
  measure_series(report, series);
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
