// StopMatcher: holds back text that may turn into a stop string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::generation {

class StopMatcher {
 public:
    explicit StopMatcher(std::vector<std::string> stops); // empty strings are ignored

    // Text that is certain not to belong to a stop string. After a match stopped() is true and everything
    // from the match on is gone; of several matches the one that begins first counts.
    std::string push(std::string_view text);
    std::string finish(); // what was held back, when the reply ends otherwise
    bool stopped() const { return stopped_; }

 private:
    std::vector<std::string> stops_;
    std::string pending_;
    bool stopped_ = false;
};

} // namespace engine::generation
