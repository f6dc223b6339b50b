#include <csignal>
#include <exception>
#include <iostream>

#include "examples/llm_server/options.h"
#include "examples/llm_server/server.h"

int main(int argc, char** argv) {
  const llm_server::Options options = llm_server::parse_options(argc, argv);
  try {
    // Blocked before any thread is made, so that all inherit it and sigwait() gets the signal.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);  // monitoring
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    llm_server::Server server(options);
    std::cout << "API      http://" << server.address() << "/v1\n";
    std::cout.flush();

    int received = 0;
    sigwait(&signals, &received);
    while (received == SIGHUP) {     // monitoring
      server.reopen_log();           // monitoring
      sigwait(&signals, &received);  // monitoring
    }                                // monitoring
    std::cout << "Ending: waiting for the requests that run.\n" << std::flush;
    // A second signal ends the process at once.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    server.stop();
  } catch (const std::exception& error) {
    std::cerr << "example-llm-server: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
