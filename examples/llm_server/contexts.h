/// What the server keeps of the requests it works on.
#pragma once

#include <cstddef>
#include <mutex>

#include <seadragon/monitoring/gauge.h>  // monitoring

namespace llm_server {

/// The tokens of the running requests, prompts and replies. A transformer keeps them in its
/// key-value cache, which is full before its memory is. Thread-safe.
class Contexts {
 public:
  /// `most` is what all slots together can keep.
  explicit Contexts(std::size_t most) : most_(most) {}

  void show_in(seadragon::monitoring::Gauge gauge) { usage_ = gauge; }  // monitoring

  /// A request's tokens while it runs.
  class Held {
   public:
    explicit Held(Contexts& contexts) : contexts_(contexts) {}
    ~Held() { contexts_.change(-tokens_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    void add(std::size_t tokens) {
      tokens_ += static_cast<std::ptrdiff_t>(tokens);
      contexts_.change(static_cast<std::ptrdiff_t>(tokens));
    }

   private:
    Contexts& contexts_;
    std::ptrdiff_t tokens_ = 0;
  };

 private:
  void change(std::ptrdiff_t tokens) {
    const std::lock_guard lock(mutex_);
    held_ += tokens;
    usage_.set(static_cast<double>(held_) / static_cast<double>(most_));  // monitoring
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::ptrdiff_t held_ = 0;
  seadragon::monitoring::Gauge usage_;  // monitoring
};

}  // namespace llm_server
