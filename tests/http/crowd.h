// People who do what they like with a few conversations: what is told of it must be right.
#pragma once

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/http/server_rig.h"

namespace bitacora::http {

class Crowd {
 public:
  Crowd(ServerRig& rig, unsigned seed);
  ~Crowd();

  // A department or an account gets another name too, less and less often. Before start().
  void rename_too() { renames_next_ = 20; }

  // One act of somebody, done when this returns; it may have been refused.
  void act();

  // On a thread of its own, as many actions as allow() says.
  void start();
  // `actions` in all, so that a slow machine is not overrun; never fewer than before.
  void allow(int actions);
  // At least `actions` have happened when this returns, and the last of them is over.
  void finish(int actions);

  [[nodiscard]] const std::vector<std::string>& conversations() const { return conversations_; }

 private:
  void stop();
  std::size_t below(std::size_t bound);
  void contact_writes();
  void contact_marks();
  void ask_for_contact(actors::ContactCommand command);
  void rename();
  void transfer(const std::string& who, const std::string& id);

  ServerRig& rig_;
  std::mt19937 random_;
  const std::vector<std::string> people_{"ana", "bruno", "carla", "sofia"};
  std::vector<ServerRig::Visitor> visitors_;
  std::vector<std::string> conversations_;
  int renames_next_ = -1;  // of actions_; none
  std::atomic<bool> stopping_{false};
  std::atomic<int> allowed_{0};
  std::atomic<int> actions_{0};
  std::thread thread_;
};

}  // namespace bitacora::http
