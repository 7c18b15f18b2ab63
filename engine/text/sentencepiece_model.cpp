// sentencepiece's ModelProto (sentencepiece_model.proto); fields that nothing here needs are passed over.
#include "engine/text/sentencepiece_model.h"

#include <cmath>
#include <unordered_map>
#include <utility>

#include "engine/formats/printable.h"
#include "engine/text/protobuf.h"
#include "engine/text/vocabulary.h"

namespace engine::text {
namespace {

using Field = ProtobufReader::Field;

constexpr const char* kDamaged = "The file is damaged: download it again.";

Error bad_file(const std::string& what) {
    return {ErrorCode::bad_file, "tokenizer.model: " + what, kDamaged};
}

class ModelReader {
 public:
    explicit ModelReader(std::string_view file) : file_(file) {}

    Result<SentencePieceModel> read() {
        ENGINE_TRY(refuse_other_files());
        ENGINE_TRY(read_message(ProtobufReader(file_), &ModelReader::take_field));
        ENGINE_TRY(check_pieces());
        ENGINE_TRY(check_kind());
        name_tokens();
        return std::move(model_);
    }

 private:
    using Take = Result<void> (ModelReader::*)(const Field&);

    // What also goes by this name.
    Result<void> refuse_other_files() const {
        if (file_.starts_with("version https://git-lfs"))
            return Error{ErrorCode::bad_file,
                         "tokenizer.model: a reference of Git LFS stands in the place of the file",
                         "Download the file itself (git lfs pull), or tokenizer.json."};
        // tiktoken's tables, as Llama 3 has one: "IQ== 0\nIg== 1\n". A model begins with a piece, 0x0A.
        if (!file_.empty() && file_[0] != '\n' && file_.find(' ') < 64 && file_.find('\n') < size_t{64} &&
            file_.find('\0') == std::string_view::npos)
            return Error{ErrorCode::unsupported,
                         "tokenizer.model: this is a text, not a model of sentencepiece",
                         "Copy tokenizer.json from the model's page into the folder."};
        return {};
    }

    Result<void> read_message(ProtobufReader reader, Take take) {
        while (!reader.done()) {
            auto field = reader.next();
            if (!field.ok()) return bad_file(field.error().message);
            ENGINE_TRY((this->*take)(*field));
        }
        return {};
    }

    static bool is_bytes(const Field& field) { return field.kind == Field::Kind::bytes; }

    Result<void> take_field(const Field& field) {
        if (!is_bytes(field)) return {};
        switch (field.number) {
            case 1:
                if (static_cast<int64_t>(model_.pieces.size()) >= kMaxTokens)
                    return bad_file("it has more than " + std::to_string(kMaxTokens) + " pieces");
                model_.pieces.emplace_back();
                return read_message(field.message(), &ModelReader::take_piece_field);
            case 2:
                return read_message(field.message(), &ModelReader::take_trainer_field);
            case 3:
                return read_message(field.message(), &ModelReader::take_normalizer_field);
            default:
                return {};
        }
    }

    Result<void> take_piece_field(const Field& field) {
        SentencePiece& piece = model_.pieces.back();
        if (field.number == 1 && is_bytes(field)) piece.text = field.bytes;
        if (field.number == 2 && !is_bytes(field)) piece.score = field.real();
        if (field.number != 3 || is_bytes(field)) return {};
        if (field.value < 1 || field.value > 6)
            return bad_file("byte " + std::to_string(field.at) + ": piece " +
                            std::to_string(model_.pieces.size() - 1) + " is of the unknown kind " +
                            std::to_string(field.value));
        piece.kind = static_cast<TokenKind>(field.value); // GGUF's numbers are sentencepiece's
        return {};
    }

    Result<void> take_trainer_field(const Field& field) {
        if (is_bytes(field)) {
            if (field.number == 46) bos_ = field.bytes;
            if (field.number == 47) eos_ = field.bytes;
            if (field.number == 48) pad_ = field.bytes;
            return {};
        }
        if (field.number == 3) {
            if (field.value < 1 || field.value > 4)
                return bad_file("byte " + std::to_string(field.at) + ": a model of the unknown kind " +
                                std::to_string(field.value));
            model_.algorithm = static_cast<SentencePieceModel::Algorithm>(field.value);
        }
        if (field.number == 24) spaces_behind_ = field.boolean();
        if (field.number == 35) model_.byte_fallback = field.boolean();
        return {};
    }

    Result<void> take_normalizer_field(const Field& field) {
        if (is_bytes(field)) {
            if (field.number == 1) model_.rules = field.bytes;
            if (field.number == 2) model_.charsmap = field.bytes;
            return {};
        }
        if (field.number == 3) model_.add_space_prefix = field.boolean();
        if (field.number == 4) model_.remove_extra_whitespaces = field.boolean();
        if (field.number == 5) model_.escape_whitespaces = field.boolean();
        return {};
    }

    // Every piece once, one that is unknown, all bytes or none.
    Result<void> check_pieces() {
        if (model_.pieces.empty()) return bad_file("it has no pieces");
        int bytes = 0;
        std::unordered_map<std::string_view, size_t> seen[2]; // of text, and of what no text becomes
        for (size_t i = 0; i < model_.pieces.size(); ++i) {
            const SentencePiece& piece = model_.pieces[i];
            const std::string place = "piece " + std::to_string(i);
            if (piece.text.empty()) return bad_file(place + " is empty");
            if (std::isnan(piece.score)) return bad_file("the score of " + place + " is not a number");
            const bool of_text = piece.kind == TokenKind::normal || piece.kind == TokenKind::user_defined ||
                                 piece.kind == TokenKind::unused;
            const auto [first, is_new] = seen[of_text ? 0 : 1].emplace(piece.text, i);
            if (!is_new)
                return bad_file(place + ", " + formats::printable(piece.text) + ", is also piece " +
                                std::to_string(first->second));
            if (piece.kind == TokenKind::unknown) {
                if (model_.unknown >= 0)
                    return bad_file(place + " and piece " + std::to_string(model_.unknown) +
                                    " are both for what is unknown");
                model_.unknown = static_cast<TokenId>(i);
            }
            if (piece.kind != TokenKind::byte) continue;
            ++bytes;
            if (byte_of_token(piece.text) < 0)
                return bad_file(place + ", " + formats::printable(piece.text) + ", names no byte");
        }
        if (model_.unknown < 0) return bad_file("it has no piece for what is unknown");
        if (bytes != (model_.byte_fallback ? 256 : 0))
            return bad_file("it has pieces for " + std::to_string(bytes) + " bytes, not for " +
                            (model_.byte_fallback ? "256" : "none"));
        return {};
    }

    Result<void> check_kind() const {
        using Algorithm = SentencePieceModel::Algorithm;
        const char* name = nullptr;
        if (model_.algorithm == Algorithm::word) name = "a word model";
        if (model_.algorithm == Algorithm::character) name = "a character model";
        if (spaces_behind_) name = "a model with spaces behind its words";
        if (name == nullptr) return {};
        return Error{ErrorCode::unsupported,
                     std::string("tokenizer.model: ") + name +
                         " of sentencepiece; BPE and unigram models can be read, with spaces in front",
                     "Copy tokenizer.json from the model's page into the folder, if there is one."};
    }

    // The names are the trainer's, the numbers those of the pieces.
    void name_tokens() {
        for (size_t i = 0; i < model_.pieces.size(); ++i) {
            const SentencePiece& piece = model_.pieces[i];
            if (piece.kind != TokenKind::control) continue;
            const auto id = static_cast<TokenId>(i);
            if (piece.text == bos_) model_.bos = id;
            if (piece.text == eos_) model_.eos = id;
            if (piece.text == pad_) model_.pad = id;
        }
    }

    std::string_view file_;
    SentencePieceModel model_;
    std::string_view bos_ = "<s>", eos_ = "</s>", pad_ = "<pad>";
    bool spaces_behind_ = false;
};

} // namespace

Result<SentencePieceModel> parse_sentencepiece_model(std::string_view file) {
    return ModelReader(file).read();
}

} // namespace engine::text
