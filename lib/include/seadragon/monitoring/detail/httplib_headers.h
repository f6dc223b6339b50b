/// Headers of requests and responses of cpp-httplib, read and written without its own search, which
/// calls tolower(3) for every character of every step. Not part of the API.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <httplib.h>

namespace seadragon::monitoring::httplib::detail {

/// `name` is in lower case.
inline bool is_called(const std::string& header, std::string_view name) noexcept {
  if (header.size() != name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = header[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != name[i]) return false;
  }
  return true;
}

template <class Headers, class = void>
inline constexpr bool keeps_order = true;
template <class Headers>  // a std::unordered_multimap, from 0.16 or so to 0.51
inline constexpr bool keeps_order<Headers, std::void_t<typename Headers::hasher>> = false;

/// What is read of a request's head, in one pass.
struct KnownHeaders {
  std::string_view request_id, user_agent, content_length;
  bool upgrades = false;  // to a WebSocket

  /// All lines of X-Forwarded-For in their order. Empty where the version mixes the lines of one
  /// name: the last word, which is the proxy's, might then be the client's.
  std::string_view forwarded_for;

  template <class Headers>
  explicit KnownHeaders(const Headers& headers) {
    for (const auto& [name, value] : headers) {
      switch (name.size()) {
        case 10:
          if (is_called(name, "user-agent")) user_agent = value;
          break;
        case 12:
          if (is_called(name, "x-request-id")) request_id = value;
          break;
        case 14:
          if (is_called(name, "content-length")) content_length = value;
          break;
        case 15:
          if (is_called(name, "x-forwarded-for")) add_forwarded_for(value, keeps_order<Headers>);
          break;
        case 17:
          if (is_called(name, "sec-websocket-key")) upgrades = true;
          break;
      }
    }
  }
  KnownHeaders(const KnownHeaders&) = delete;
  KnownHeaders& operator=(const KnownHeaders&) = delete;

 private:
  void add_forwarded_for(const std::string& value, bool in_order) {
    if (!has_forwarded_for_) {
      has_forwarded_for_ = true;
      forwarded_for = value;
      return;
    }
    if (!in_order) {
      forwarded_for = {};
      return;
    }
    if (joined_.empty()) joined_ = std::string(forwarded_for);
    joined_ += ',';
    joined_ += value;
    forwarded_for = joined_;
  }

  bool has_forwarded_for_ = false;
  std::string joined_;
};

template <class Headers, class = void>
inline constexpr bool has_nodes = false;  // since 0.52 they are no map of the standard library
template <class Headers>
inline constexpr bool has_nodes<Headers, std::void_t<typename Headers::node_type>> = true;

/// A header of ours. Its value holds no byte that could end it.
template <class Headers, bool keeps_node = has_nodes<Headers>>
class OwnHeader {
 public:
  explicit OwnHeader(const char* name) : name_(name) {}

  void add(Headers& headers, std::string_view value) { headers.emplace(name_, std::string(value)); }
  void take_back(Headers&) noexcept {}

 private:
  const char* name_;
};

/// The same in a map, out of which it comes back when the response is over: four allocations of a
/// request less.
template <class Headers>
class OwnHeader<Headers, true> {
 public:
  explicit OwnHeader(const char* name) : name_(name) {}

  void add(Headers& headers, std::string_view value) {
    // Mostly the last of all, and then no place is searched.
    if (node_.empty()) {
      headers.emplace_hint(headers.end(), std::string(name_), std::string(value));
    } else {
      node_.mapped().assign(value);
      headers.insert(headers.end(), std::move(node_));
    }
  }

  /// It may have been taken out meanwhile, or another one of its name may have come instead.
  void take_back(Headers& headers) noexcept {
    for (auto header = headers.begin(); node_.empty() && header != headers.end(); ++header) {
      if (header->first != name_) continue;
      node_ = headers.extract(header);
      return;
    }
  }

 private:
  const std::string_view name_;
  typename Headers::node_type node_;
};

}  // namespace seadragon::monitoring::httplib::detail
