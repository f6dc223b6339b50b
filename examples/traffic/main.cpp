#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "examples/traffic/options.h"
#include "examples/traffic/tally.h"
#include "examples/traffic/traffic.h"

int main(int argc, char** argv) {
  try {
    const traffic::Options options = traffic::parse_options(argc, argv);
    std::ofstream tally_file;
    if (!options.tally_file.empty()) {
      tally_file.open(options.tally_file);
      if (!tally_file) throw std::runtime_error("cannot write the tally to " + options.tally_file);
    }

    // A server that goes away while a request is sent must not end this program.
    std::signal(SIGPIPE, SIG_IGN);
    // Blocked before any thread is made, so that all inherit it and sigwait() gets the signal.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    traffic::Tally tally;
    traffic::Traffic traffic(options, tally);
    std::thread stopper([&] {
      int received = 0;
      sigwait(&signals, &received);
      traffic.stop();
    });
    traffic.run();
    // Wakes the stopper when the duration ended the run.
    pthread_kill(stopper.native_handle(), SIGTERM);
    stopper.join();

    std::cout << tally.json() << std::flush;
    tally_file << tally.json();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "example-traffic: " << error.what() << "\n";
    return 1;
  }
}
