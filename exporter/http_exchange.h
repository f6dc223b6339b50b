/// One request and its answer. Only http_client.cpp includes this: with it comes all of Boost and
/// OpenSSL that the exporter's client knows.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>  // Boost 1.74 uses std::exchange without it
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "exporter/http_client.h"
#include "exporter/look_up.h"
#include "exporter/url.h"

namespace seadragon::exporter {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using TlsStream = asio::ssl::stream<Socket&>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Error = boost::system::error_code;

/// Runs on the thread of its io_context and must outlive that run; only the look-up has another.
/// By callbacks, not coroutines: clang 14, which the fuzzers need, and Boost 1.74 do not agree
/// about those.
class HttpExchange {
 public:
  /// Its time begins now. `trust` is what certificates are checked with, of https only.
  HttpExchange(asio::io_context& io, Url url, const HttpLimits& limits, asio::ssl::context* trust,
               HttpOutcome& outcome);

  void start();

  /// The outcome is this failure, unless there is one already.
  void fail(std::string why);

 private:
  void cut_at(Clock::time_point when);
  void run_out();
  void found(const Addresses& addresses);
  void connect();
  void connected(const Error& error);
  void shake_hands();
  template <class Stream>
  void ask(Stream& stream);
  template <class Stream>
  void read_head(Stream& stream);
  template <class Stream>
  void read_body(Stream& stream);
  std::string why(const Error& error) const;
  std::string objection() const;
  void end();

  asio::io_context& io_;
  const Url url_;
  const HttpLimits limits_;
  const Clock::time_point deadline_ = Clock::now() + limits_.time;
  asio::ssl::context* const trust_;
  HttpOutcome& outcome_;

  bool over_ = false;
  std::string awaited_ = "address";
  std::optional<LookUp> look_up_;
  std::vector<tcp::endpoint> addresses_;  // the next to be tried is the last
  Timer timer_{io_};
  Clock::time_point cut_;  // when `timer_` ends this address, or all
  Socket socket_{io_};
  std::optional<TlsStream> tls_;
  std::string request_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> answer_;
};

}  // namespace seadragon::exporter
