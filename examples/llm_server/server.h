/// The HTTP API: routes, keys, answers and streams.
///
/// Lines that end in "// monitoring" are all that Seadragon adds to this program: without them it
/// compiles and serves just the same.
#pragma once

#include <string>
#include <thread>

#include <httplib.h>
#include <seadragon/monitoring/httplib.h>  // monitoring

#include "examples/llm_server/answers.h"
#include "examples/llm_server/api_keys.h"
#include "examples/llm_server/contexts.h"
#include "examples/llm_server/generator.h"
#include "examples/llm_server/job_queue.h"
#include "examples/llm_server/ngram_model.h"
#include "examples/llm_server/options.h"

namespace llm_server {

using HttpServer = httplib::Server;

class Server {
 public:
  /// Serves from now on. Throws std::runtime_error when a file cannot be read or the address
  /// cannot be listened on.
  explicit Server(const Options& options);
  ~Server();

  /// host:port with the port really taken.
  const std::string& address() const { return address_; }

  const seadragon::monitoring::Monitor& monitor() const { return monitor_; }  // monitoring
  void reopen_log() { monitor_.reopen_log(); }                                // monitoring

  /// Takes no more requests, drops those that wait, and returns when the running ones have ended.
  void stop();

 private:
  // Hides the one above. In a server of your own, change that line instead.
  using HttpServer = seadragon::monitoring::httplib::Server<>;  // monitoring
  using Request = httplib::Request;
  using Response = httplib::Response;

  void listen();
  void add_routes();
  const Caller* caller_of(const Request& request) const;
  HttpServer::Handler with_key(HttpServer::Handler handler) const;
  void complete(CompletionKind kind, const Request& request, Response& response);
  void answer_whole(const Answer& answer, std::size_t prompt_tokens, Reply& reply,
                    Response& response);
  bool stream(const Answer& answer, std::size_t prompt_tokens, bool include_usage, Reply& reply,
              httplib::DataSink& sink);

  Options options_;
  ApiKeys keys_;
  NgramModel model_;
  Contexts contexts_;
  Generator generator_;
  seadragon::monitoring::Monitor monitor_;  // monitoring
  JobQueue jobs_;
  HttpServer http_;
  std::string address_;
  std::thread listening_;
};

}  // namespace llm_server
