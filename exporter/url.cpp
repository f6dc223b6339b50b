#include "exporter/url.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace seadragon::exporter {
namespace {

bool drop_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

/// Where the host ends in `authority`: at the colon of the port, if there is one.
std::size_t end_of_host(std::string_view authority) {
  if (!authority.starts_with('[')) return std::min(authority.find(':'), authority.size());
  const std::size_t bracket = authority.find(']');
  return bracket == std::string_view::npos ? 0 : bracket + 1;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; })) {
    return std::nullopt;
  }
  Url url;
  url.tls = text.starts_with("https://");
  if (!drop_prefix(text, "https://") && !drop_prefix(text, "http://")) return std::nullopt;
  url.port = url.tls ? 443 : 80;
  text = text.substr(0, text.find('#'));

  std::string_view authority = text.substr(0, text.find_first_of("/?"));
  url.target = text.substr(authority.size());
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  if (authority.find('@') != std::string_view::npos) return std::nullopt;

  const std::string_view host = authority.substr(0, end_of_host(authority));
  authority.remove_prefix(host.size());
  url.host_header = host;
  if (drop_prefix(authority, ":") && !authority.empty()) {
    const auto port = parse_port(authority);
    if (!port) return std::nullopt;
    if (*port != url.port) url.host_header.append(":").append(std::to_string(*port));
    url.port = *port;
  } else if (!authority.empty()) {
    return std::nullopt;
  }
  url.host = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
  if (url.host.empty()) return std::nullopt;
  return url;
}

}  // namespace seadragon::exporter
