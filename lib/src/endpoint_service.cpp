#include "lib/src/endpoint_service.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include <boost/asio/ssl.hpp>
#include <sys/resource.h>
#include <unistd.h>

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t largest_head = 8192;
constexpr std::size_t most_logins_at_once = 4;

/// What a client that does not know of TLS begins with is a letter.
bool begins_tls(Socket& socket) {
  constexpr char handshake = 0x16;
  char first = 0;
  Error error;
  const std::size_t size =
      socket.receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  return error || size == 0 || first == handshake;
}

/// Of this thread alone: logins may take a processor, but not that of a scrape.
void step_back() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10); }

}  // namespace

EndpointService::EndpointService(asio::io_context& io, const EndpointOptions& options,
                                 Endpoint::Page page)
    : options_(options),
      access_(
          options.web_config_file, options.on_error ? options.on_error : [](const std::string&) {}),
      pages_(options, std::move(page)),
      page_worker_(io),
      login_worker_(io),
      speaks_tls_(access_.now()->tls != nullptr) {}

Task<void> EndpointService::serve(Connection& connection) {
  const std::shared_ptr<const WebAccess> access = access_.now();
  speaks_tls_ = access->tls != nullptr;
  if (access->tls) {
    co_await serve_tls(connection, *access);
  } else {
    co_await answer_requests(connection, connection.socket);
  }
}

Task<void> EndpointService::serve_tls(Connection& connection, const WebAccess& access) {
  Error error;
  // OpenSSL takes 70 kB for a connection: not for one that is silent.
  co_await connection.socket.async_wait(Socket::wait_read, into(error));
  if (error || connection.dead) co_return;
  if (!begins_tls(connection.socket)) {
    EndpointAnswer answer = pages_.refusal(400);
    answer.body = "This endpoint speaks HTTPS.\n";
    const std::string text = answer_head(answer, false, false, {}) + answer.body;
    co_await asio::async_write(connection.socket, asio::buffer(text), into(error));
    co_return;
  }
  asio::ssl::context context(access.tls->share());
  asio::ssl::stream<Socket&> stream(connection.socket, context);
  co_await stream.async_handshake(asio::ssl::stream_base::server, into(error));
  if (error || connection.dead) co_return;
  connection.deadline = Clock::now() + options_.header_timeout;
  co_await answer_requests(connection, stream);
  if (connection.dead) co_return;
  connection.deadline = Clock::now() + drain_time;
  co_await stream.async_shutdown(into(error));
}

/// Of a connection that had an answer: waits for the first bytes of the next request. False when
/// none come.
template <typename Stream>
Task<bool> EndpointService::await_request(Connection& connection, Stream& stream,
                                          boost::beast::flat_buffer& buffer) {
  connection.state = Connection::State::idle;
  connection.deadline = Clock::now() + options_.idle_timeout;
  if (buffer.size() == 0) {
    Error error;
    const std::size_t bytes = co_await stream.async_read_some(buffer.prepare(512), into(error));
    if (error) co_return false;
    buffer.commit(bytes);
  }
  connection.deadline = Clock::now() + options_.header_timeout;
  co_return true;
}

template <typename Stream>
Task<void> EndpointService::answer_requests(Connection& connection, Stream& stream) {
  boost::beast::flat_buffer buffer(largest_head);
  for (bool first = true; !stopping_; first = false) {
    if (!first) {
      const bool comes = co_await await_request(connection, stream, buffer);
      if (!comes) co_return;
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(largest_head);
    parser.body_limit(
        std::numeric_limits<std::uint64_t>::max());  // refused, but with its own status
    Error error;
    co_await http::async_read_header(stream, buffer, parser, into(error));
    const EndpointRequest request = request_of(parser.get());
    const bool may_post = pages_.is_reload(request.target);
    const int status = status_of(error, parser, may_post);
    if (status == 0) co_return;

    connection.state = Connection::State::answering;
    const http::verb method = parser.get().method();
    const bool is_post = method != http::verb::get && method != http::verb::head;
    // Not by `?:`: gcc 12 destroys what is made there twice when it awaits.
    EndpointAnswer answer = pages_.refusal(status);
    if (status == 200) answer = co_await answer_to(connection, request, is_post);
    connection.deadline = Clock::now() + options_.write_timeout;
    const bool keep_alive = status == 200 && answer.status != 401 && answer.status != 429 &&
                            parser.get().keep_alive() && !stopping_;
    const std::shared_ptr<const WebAccess> access = access_.now();
    const std::string head =
        answer_head(answer, keep_alive, parser.get().version() < 11, access->config.headers);
    if (options_.on_answer) options_.on_answer(answer.status, answer.body.size());
    if (method == http::verb::head && status == 200) answer.body.clear();
    const std::array<asio::const_buffer, 2> out{asio::buffer(head), asio::buffer(answer.body)};
    co_await asio::async_write(stream, out, into(error));
    if (error || !keep_alive) co_return;
  }
}

Task<EndpointAnswer> EndpointService::answer_to(Connection& connection,
                                                const EndpointRequest& request, bool is_post) {
  const std::shared_ptr<const WebAccess> access = access_.now();
  if (!is_within(access->config.rate_limit)) co_return pages_.refusal(429);
  if (!access->config.users.empty()) {
    const int status = co_await log_in(connection, *access, request.authorization);
    if (status != 200) {
      EndpointAnswer answer = pages_.refusal(status);
      if (status == 503) answer.body = "Too many log in at the same time; try again later.\n";
      co_return answer;
    }
  }
  if (is_post) co_return co_await reload(connection);
  if (!pages_.takes_time(request)) {
    co_return pages_.answer(request, ready_ && !stopping_);
  }
  const std::size_t most = options_.max_requests;
  if (most > 0 && pages_under_way_ >= most) co_return pages_.refusal(503);
  co_return co_await make_page(connection, request);
}

Task<EndpointAnswer> EndpointService::make_page(Connection& connection,
                                                const EndpointRequest& request) {
  connection.deadline = Clock::time_point::max();  // the page has its own
  EndpointAnswer answer;
  ++pages_under_way_;
  co_await page_worker_.run([&] { answer = pages_.answer(request, true); });
  --pages_under_way_;
  co_return answer;
}

Task<EndpointAnswer> EndpointService::reload(Connection& connection) {
  connection.deadline = Clock::time_point::max();
  EndpointAnswer answer;
  co_await page_worker_.run([&] { answer = pages_.reload(); });
  co_return answer;
}

Task<int> EndpointService::log_in(Connection& connection, const WebAccess& access,
                                  std::string_view header) {
  const auto credentials = parse_authorization(header);
  if (!credentials) co_return 401;
  const auto& users = access.config.users;
  const auto user = users.find(credentials->user);
  // For a stranger as long as for a user, or names could be found out.
  const std::string& hash = user == users.end() ? users.begin()->second : user->second;
  if (user != users.end() && logins_.knows(*credentials, hash)) co_return 200;

  // One at a time of each peer, so that a flood from one leaves the others their turn.
  const bool is_crowded = peers_logging_in_.size() >= most_logins_at_once;
  if (is_crowded || !peers_logging_in_.insert(connection.peer).second) co_return 503;
  connection.deadline = Clock::time_point::max();  // a check takes its time, but no client's
  const std::string peer = connection.peer;
  bool matches = false;
  co_await login_worker_.run([&] {
    step_back();
    matches = matches_bcrypt(credentials->password, hash);
  });
  peers_logging_in_.erase(peer);
  if (user == users.end() || !matches) co_return 401;
  logins_.remember(*credentials, hash);
  co_return 200;
}

/// As a bucket of `burst` tokens, one more each interval.
bool EndpointService::is_within(const RateLimit& limit) {
  if (limit.interval.count() == 0) return true;
  const Clock::time_point now = Clock::now();
  const auto room = limit.interval * (limit.burst - 1);
  const Clock::time_point mark = std::max(rate_mark_, now);
  if (mark - now > room) return false;
  rate_mark_ = mark + limit.interval;
  return true;
}

}  // namespace seadragon::monitoring::detail
