/// Connections of a cpp-httplib server that wait for a thread. Not part of the API.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/detail/httplib_exchange.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::httplib::detail {

using TaskQueue = ::httplib::TaskQueue;
using TaskQueueFactory = std::function<TaskQueue*()>;

/// The user's queue, with each connection timed until a thread takes it.
class CountingTaskQueue : public TaskQueue {
  using Task = std::function<void()>;

 public:
  CountingTaskQueue(Monitor& monitor, TaskQueue* queue) : monitor_(monitor), queue_(queue) {}

  // void before 0.15: then no connection is ever refused.
  auto enqueue(Task serve) -> decltype(std::declval<TaskQueue&>().enqueue(Task())) override {
    return queue_->enqueue(
        [connection = std::make_shared<HttpConnection>(monitor_), serve = std::move(serve)] {
          connection->start();
          // Whatever was begun for this connection and not finished must not stay in flight.
          struct EndOfConnection {
            ~EndOfConnection() {
              if (HttpExchange* const open = current_http()) {
                open->finish(HttpOutcome::server_abort);
              }
            }
          } end_of_connection;
          serve();
        });
  }
  void shutdown() override { queue_->shutdown(); }
  void on_idle() override { queue_->on_idle(); }

 private:
  Monitor& monitor_;
  const std::unique_ptr<TaskQueue> queue_;
};

}  // namespace seadragon::monitoring::httplib::detail
