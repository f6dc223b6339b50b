/// The body of a response of cpp-httplib that is made while it is sent. Not part of the API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/http.h"

namespace seadragon::monitoring::httplib::detail {

// What the version at hand has.

template <class Sink, class = void>
inline constexpr bool has_trailers = false;
template <class Sink>
inline constexpr bool
    has_trailers<Sink, std::void_t<decltype(std::declval<Sink&>().done_with_trailer)>> = true;

template <class Server, class = void>
inline constexpr bool server_has_websockets = false;
template <class Server>
inline constexpr bool
    server_has_websockets<Server, std::void_t<typename Server::WebSocketHandler>> = true;
inline constexpr bool has_websockets = server_has_websockets<::httplib::Server>;

/// What a content provider did, as far as it decides how the exchange ended.
struct Stream {
  bool exists = false;       // a provider is called at all
  std::uint64_t length = 0;  // 0 where only done() ends the stream
  std::uint64_t sent = 0;
  bool write_failed = false;
  bool done = false;           // sink.done() was called
  bool gave_up = false;        // the provider returned false
  bool threw = false;          // and that was contained
  bool peer_was_there = true;  // when the provider gave up

  /// `peer_left()` tells whether the connection is closed.
  template <class PeerLeft>
  HttpOutcome outcome(bool success, const PeerLeft& peer_left) const {
    if (!exists) return HttpOutcome::completed;
    if (write_failed || !peer_was_there) return HttpOutcome::client_abort;
    if (threw) return HttpOutcome::server_abort;
    // Many a provider ends a perfectly normal stream with done() and false; without the false it is
    // the last chunk that could not be written.
    if (done) return success || gave_up ? HttpOutcome::completed : HttpOutcome::client_abort;
    // cpp-httplib also reports success when it stops in the middle.
    if (success) {
      return length > 0 && sent >= length ? HttpOutcome::completed : HttpOutcome::server_abort;
    }
    if (gave_up) return HttpOutcome::server_abort;
    // The library gave up, between two calls: the peer is gone, or the server stops.
    return peer_left() ? HttpOutcome::client_abort : HttpOutcome::server_abort;
  }
};

/// Takes a function out of its place, and puts it back.
template <class Function>
struct Replaced {
  explicit Replaced(Function& where) : original(std::move(where)), place(where) {}
  ~Replaced() { place = std::move(original); }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;

  Function original;
  Function& place;
};

/// While it lives, a sink counts what goes through it. Then it is as it was: cpp-httplib uses it
/// again.
template <class Sink>
class CountingSink {
 public:
  CountingSink(Sink& sink, HttpExchange& http, Stream& stream)
      : write_(sink.write), done_(sink.done), trailer_(sink) {
    sink.write = [this, &http, &stream](const char* bytes, std::size_t count) {
      const bool written = write_.original(bytes, count);
      if (!written) {
        stream.write_failed = true;
      } else if (count > 0) {
        stream.sent += count;
        http.sent(count);
      }
      return written;
    };
    if (done_.original) {
      sink.done = [this, &stream] {
        done_.original();
        stream.done = true;
      };
    }
    trailer_.count(stream);
  }

 private:
  struct NoTrailer {
    explicit NoTrailer(Sink&) {}
    void count(Stream&) {}
  };
  template <class AnySink>
  class Trailer {
   public:
    explicit Trailer(AnySink& sink) : sink_(sink), done_(sink.done_with_trailer) {}
    void count(Stream& stream) {
      if (!done_.original) return;
      sink_.done_with_trailer = [this, &stream](const auto& trailer) {
        done_.original(trailer);
        stream.done = true;
      };
    }

   private:
    AnySink& sink_;
    Replaced<decltype(AnySink::done_with_trailer)> done_;
  };

  Replaced<decltype(Sink::write)> write_;
  Replaced<decltype(Sink::done)> done_;
  std::conditional_t<has_trailers<Sink>, Trailer<Sink>, NoTrailer> trailer_;
};

/// Calls the user's provider with a sink that counts.
///
/// What a provider throws ends the process: cpp-httplib catches nothing there. Contained, it ends
/// the stream.
inline ::httplib::ContentProvider counted(std::shared_ptr<HttpExchange> http,
                                          std::shared_ptr<Stream> stream,
                                          ::httplib::ContentProvider provider,
                                          bool contain_exceptions) {
  using Sink = ::httplib::DataSink;
  return [http = std::move(http), stream = std::move(stream), provider = std::move(provider),
          contain_exceptions](std::size_t offset, std::size_t length, Sink& sink) {
    bool goes_on = false;
    {
      const CountingSink<Sink> counting(sink, *http, *stream);
      if (contain_exceptions) {
        try {
          goes_on = provider(offset, length, sink);
        } catch (...) {
          stream->threw = true;
        }
      } else {
        goes_on = provider(offset, length, sink);
      }
    }
    if (!goes_on) {
      stream->gave_up = true;
      // A client that has all may leave: after done() that means nothing.
      if (!stream->done && sink.is_writable) stream->peer_was_there = sink.is_writable();
    }
    return goes_on;
  };
}

}  // namespace seadragon::monitoring::httplib::detail
