/// The protobuf format of Prometheus: the only one in which it reads native histograms.
/// `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited`
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/src/page_writer.h"
#include "lib/src/protobuf_message.h"

namespace seadragon::monitoring::detail {

/// MetricFamily messages, each with its length before it; a family without series is left out.
/// Fields are written even if they are zero, as by the clients in Go.
class ProtobufPage final : public PageWriter {
 public:
  /// `expected` bytes, rather more than less: a page of that size grows without being moved.
  explicit ProtobufPage(std::size_t expected = 0) : page_(expected) {}

  void family(const FamilyHead& head) override;
  void number(const SeriesHead& series, std::uint64_t value) override;
  void number(const SeriesHead& series, double value) override;
  void histogram(const SeriesHead& series, const HistogramValue& value) override;
  void summary(const SeriesHead& series, const SummaryValue& value) override;
  std::string finish() override;

 private:
  struct OpenFamily {
    std::size_t begin;
    std::size_t first_series;
    MetricType type;
  };

  void end_family();
  template <class Write>
  void metric(const SeriesHead& series, const Write& write_value);

  ProtobufMessage page_;
  std::optional<OpenFamily> family_;
};

}  // namespace seadragon::monitoring::detail
