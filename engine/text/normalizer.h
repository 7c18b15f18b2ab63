// Normalizer: rewrites text before it is cut into pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace engine::text {

// Immutable; text is valid UTF-8 and stays so.
class Normalizer {
 public:
    virtual ~Normalizer() = default;
    virtual void apply(std::string& text) const = 0;
};

using NormalizerPtr = std::unique_ptr<const Normalizer>;

enum class UnicodeForm { nfc, nfd, nfkc, nfkd };
NormalizerPtr make_unicode_form(UnicodeForm form);
NormalizerPtr make_lowercase();
NormalizerPtr make_strip(bool left, bool right);
NormalizerPtr make_strip_accents();
NormalizerPtr make_prepend(std::string prefix); // nothing in front of nothing
NormalizerPtr make_nmt();                       // control characters go, odd spaces become spaces
Result<NormalizerPtr> make_replace(std::string_view pattern, std::string replacement, bool is_regex);
NormalizerPtr make_sequence(std::vector<NormalizerPtr> steps);

} // namespace engine::text
