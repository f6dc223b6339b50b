#include "lib/src/endpoint_pages.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "lib/src/exposition_request.h"
#include "lib/src/version.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::chrono::milliseconds scrape_timeout{10'000};  // Prometheus' own default

constexpr std::array<std::pair<int, std::string_view>, 13> reasons = {{
    {200, "OK"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {429, "Too Many Requests"},
}};

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string landing_page(const EndpointOptions& options) {
  const std::string heading = escape_html(options.title);
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + heading +
         "</title></head>\n<body><h1>" + heading + "</h1>\n<p>Version " + escape_html(version) +
         "</p>\n<ul><li><a href=\"" +
         escape_html(
             std::string_view(options.metrics_path).substr(options.metrics_path.empty() ? 0 : 1)) +
         "\">Metrics</a> for Prometheus</li>\n<li><a href=\"-/healthy\">Healthy</a>: it "
         "runs</li>\n<li><a href=\"-/ready\">Ready</a>: it can be used</li></ul></body></html>\n";
}

std::string_view body_of(int status) {
  if (status == 401) return "A user name and password of the web configuration are needed.\n";
  if (status == 429) return "More requests than the web configuration allows; try again later.\n";
  if (status == 405) return "This endpoint answers GET and HEAD.\n";
  if (status == 413) return "This endpoint takes no body.\n";
  return "This is no request that an endpoint for metrics understands.\n";
}

std::string_view headers_of(int status) {
  if (status == 401) return "WWW-Authenticate: Basic realm=\"metrics\"\r\n";
  if (status == 405) return "Allow: GET, HEAD\r\n";
  if (status == 429 || status == 503) return "Retry-After: 1\r\n";
  return {};
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

std::string answer_head(const EndpointAnswer& answer, bool keep_alive, bool http_1_0,
                        std::string_view headers) {
  const auto reason =
      std::ranges::find(reasons, answer.status, &decltype(reasons)::value_type::first);
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  if (reason != reasons.end()) head += reason->second;
  head.append("\r\nContent-Type: ").append(answer.content_type);
  head.append("\r\nContent-Length: ").append(std::to_string(answer.body.size())).append("\r\n");
  head.append(answer.extra_headers).append(headers);
  if (!keep_alive) head += "Connection: close\r\n";
  if (keep_alive && http_1_0) head += "Connection: keep-alive\r\n";
  return head + "\r\n";
}

EndpointPages::EndpointPages(const EndpointOptions& options, Endpoint::Page metrics)
    : landing_page_(landing_page(options)),
      metrics_path_(options.metrics_path),
      not_found_("Not found. Metrics are at " + metrics_path_ + ".\n"),
      too_many_("Limit of " + std::to_string(options.max_requests) +
                " requests at the same time is reached; try again later.\n"),
      reload_(options.reload),
      metrics_(std::move(metrics)) {}

EndpointAnswer EndpointPages::refusal(int status) const {
  return {.status = status,
          .extra_headers = headers_of(status),
          .body = status == 503 ? too_many_ : std::string(body_of(status))};
}

std::chrono::milliseconds EndpointPages::time_for(const EndpointRequest& request) {
  return parse_scrape_timeout(request.scrape_timeout).value_or(scrape_timeout);
}

bool EndpointPages::takes_time(const EndpointRequest& request) const {
  return target_path(request.target) == metrics_path_;
}

bool EndpointPages::is_reload(std::string_view target) const {
  return reload_ && target_path(target) == "/-/reload";
}

EndpointAnswer EndpointPages::reload() {
  std::string failure;
  try {
    reload_();
    return {.body = "OK\n"};
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  } catch (...) {
    failure = "unknown failure";
  }
  return {.status = 500, .body = "Configuration unchanged: " + failure + '\n'};
}

EndpointAnswer EndpointPages::answer(const EndpointRequest& request, bool ready) {
  const std::string_view path = target_path(request.target);
  if (path == metrics_path_) return metrics(request);
  EndpointAnswer answer;
  if (path == "/") {
    answer.content_type = "text/html; charset=utf-8";
    answer.body = landing_page_;
  } else if (path == "/-/healthy" || (path == "/-/ready" && ready)) {
    answer.body = "OK\n";
  } else if (path == "/-/ready") {
    answer.status = 503;
    answer.body = "Not ready.\n";
  } else if (is_reload(request.target)) {
    answer.status = 405;
    answer.extra_headers = "Allow: POST, PUT\r\n";
    answer.body = "Reloading takes a POST.\n";
  } else {
    answer.status = 404;
    answer.body = not_found_;
  }
  return answer;
}

EndpointAnswer EndpointPages::metrics(const EndpointRequest& request) {
  EndpointAnswer answer;
  std::string failure;
  try {
    ExpositionAnswer page = metrics_({.asked = request.asked,
                                      .deadline = request.asked + time_for(request),
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
