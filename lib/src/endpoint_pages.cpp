#include "lib/src/endpoint_pages.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "lib/src/exposition_request.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::chrono::milliseconds scrape_timeout{10'000};  // Prometheus' own default
constexpr std::string_view metrics_path = "/metrics";

constexpr std::array<std::pair<int, std::string_view>, 12> reasons = {{
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {408, "Request Timeout"},
}};

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string landing_page(std::string_view title) {
  const std::string heading = escape_html(title);
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + heading +
         "</title></head>\n<body><h1>" + heading +
         "</h1>\n<p><a href=\"metrics\">Metrics</a> for Prometheus</p></body></html>\n";
}

}  // namespace

std::string_view target_path(std::string_view target) {
  if (const auto scheme = target.find("://");
      scheme != std::string_view::npos && target[0] != '/') {
    const auto path = target.find('/', scheme + 3);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  return target.substr(0, target.find('?'));
}

std::string_view target_query(std::string_view target) {
  const auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::optional<std::chrono::milliseconds> parse_scrape_timeout(std::string_view text) {
  constexpr double longest_seconds = 3600;
  const std::optional<double> seconds = parse_decimal(text);
  if (!seconds || !(*seconds > 0) || *seconds > longest_seconds) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(*seconds));
}

std::string answer_head(const EndpointAnswer& answer, bool keep_alive, bool http_1_0) {
  const auto reason =
      std::ranges::find(reasons, answer.status, &decltype(reasons)::value_type::first);
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  if (reason != reasons.end()) head += reason->second;
  head.append("\r\nContent-Type: ").append(answer.content_type);
  head.append("\r\nContent-Length: ").append(std::to_string(answer.body.size())).append("\r\n");
  head += answer.extra_headers;
  if (!keep_alive) head += "Connection: close\r\n";
  if (keep_alive && http_1_0) head += "Connection: keep-alive\r\n";
  return head + "\r\n";
}

EndpointPages::EndpointPages(std::string title, Endpoint::Page metrics)
    : title_(std::move(title)), metrics_(std::move(metrics)) {}

EndpointAnswer EndpointPages::refusal(int status) {
  EndpointAnswer answer;
  answer.status = status;
  answer.body = "This endpoint answers GET and HEAD without a body.\n";
  if (status == 405) answer.extra_headers = "Allow: GET, HEAD\r\n";
  return answer;
}

bool EndpointPages::takes_time(const EndpointRequest& request) {
  return target_path(request.target) == metrics_path;
}

EndpointAnswer EndpointPages::answer(const EndpointRequest& request) {
  const std::string_view path = target_path(request.target);
  if (path == metrics_path) return metrics(request);
  EndpointAnswer answer;
  if (path == "/") {
    answer.content_type = "text/html; charset=utf-8";
    answer.body = landing_page(title_);
  } else if (path == "/-/healthy" || path == "/-/ready") {
    answer.body = "OK\n";
  } else {
    answer.status = 404;
    answer.body = "Not found. Metrics are at /metrics.\n";
  }
  return answer;
}

EndpointAnswer EndpointPages::metrics(const EndpointRequest& request) {
  const auto timeout = parse_scrape_timeout(request.scrape_timeout).value_or(scrape_timeout);
  EndpointAnswer answer;
  std::string failure;
  try {
    ExpositionAnswer page = metrics_({.asked = request.asked,
                                      .deadline = request.asked + timeout,
                                      .request = {.accept = request.accept,
                                                  .accept_encoding = request.accept_encoding,
                                                  .query = target_query(request.target)}});
    answer.body = std::move(page.body);
    answer.content_type = page.content_type;
    answer.extra_headers = page.gzip ? "Vary: Accept, Accept-Encoding\r\nContent-Encoding: gzip\r\n"
                                     : "Vary: Accept, Accept-Encoding\r\n";
    return answer;
  } catch (const std::invalid_argument& wrong) {
    answer.status = 400;
    answer.body = std::string(wrong.what()) + '\n';
    return answer;
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "unknown failure";
  }
  answer.status = 500;
  answer.body = "The metrics could not be gathered: " + failure + '\n';
  return answer;
}

}  // namespace seadragon::monitoring::detail
