/// A server that nobody has written, as the page docs/http.md supposes it: what its handlers see.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace own {

using Headers = std::map<std::string, std::string>;

struct Request {
  std::string method, path, body;
  Headers headers;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

/// The client reads at most `patience` bytes, then it leaves.
class Connection {
 public:
  explicit Connection(std::size_t patience = 1'000'000) : patience_(patience) {}

  std::string peer() const { return "192.0.2.7"; }
  bool is_open() const { return open_; }

  void before_head(std::function<void(int status, Headers&)> hook) {
    before_head_ = std::move(hook);
  }
  void after_write(std::function<void(std::size_t bytes)> hook) { after_write_ = std::move(hook); }

  void head(int status) {
    if (before_head_) before_head_(status, sent_);
  }
  bool write(const std::string& bytes) {
    open_ = open_ && bytes.size() <= patience_;
    if (!open_) return false;
    patience_ -= bytes.size();
    if (after_write_) after_write_(bytes.size());
    return true;
  }

  const Headers& sent() const { return sent_; }

 private:
  std::size_t patience_;
  bool open_ = true;
  Headers sent_;
  std::function<void(int, Headers&)> before_head_;
  std::function<void(std::size_t)> after_write_;
};

using Handler = std::function<void(const Request&, Connection&)>;

}  // namespace own
