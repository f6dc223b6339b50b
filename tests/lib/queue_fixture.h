/// A queue, and what its Monitor says about it.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "seadragon/monitoring/queue.h"
#include "tests/metrics_page.h"

namespace seadragon::tests {

using monitoring::Monitor;
using monitoring::MonitorOptions;
using monitoring::Outcome;
using monitoring::Queue;
using monitoring::Ticket;

inline MonitorOptions silent() { return {.log = {.console = false, .file = ""}}; }

class QueueFixture : public testing::Test {
 protected:
  double finished(const std::string& outcome) {
    return at("finished_total", ",outcome=\"" + outcome + "\"");
  }

  /// Of seadragon_queue_*; -1 if it is not there.
  double at(const std::string& metric, const std::string& more_labels = "") {
    const std::string series = "seadragon_queue_" + metric + "{queue=\"chat\"" + more_labels + "}";
    return value_of(monitor_.metrics(), series).value_or(-1);
  }

  /// Of seadragon_generation_*.
  double tokens(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_generation_" + series).value_or(-1);
  }

  double busy(const std::string& phase) {
    return tokens("busy_seconds_total{model=\"tiny\",phase=\"" + phase + "\"}");
  }

  void expect_balance(const std::string& only_outcome) {
    EXPECT_EQ(finished(only_outcome), 1) << only_outcome;
    EXPECT_EQ(at("received_total"), 1);
    EXPECT_EQ(at("length"), 0);
    EXPECT_EQ(at("active_requests"), 0);
    EXPECT_EQ(at("imbalance"), 0);
  }

  Monitor monitor_{silent()};
  Queue queue_ = monitor_.queue({"chat", 64, 2});
};

}  // namespace seadragon::tests
