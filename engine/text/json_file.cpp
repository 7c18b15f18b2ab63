// A SAX reader: building nlohmann objects of 150,000 tokens would take three times as long.
#include "engine/text/json_file.h"

#include <cstdint>

namespace engine::text {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDepth = 64;

// Builds `rest`, and sends what stands under model.vocab and model.merges to the tables.
class Reader : public nlohmann::json_sax<Json> {
 public:
    explicit Reader(JsonTokenizerFile& file, bool has_tables) : file_(file), has_tables_(has_tables) {}

    std::string message;

    bool null() override { return value(Json()); }
    bool boolean(bool b) override { return value(Json(b)); }
    bool number_integer(int64_t n) override { return number(Json(n), n, static_cast<double>(n)); }
    bool number_unsigned(uint64_t n) override {
        return number(Json(n), n > INT64_MAX ? INT64_MAX : static_cast<int64_t>(n), static_cast<double>(n));
    }
    bool number_float(double n, const std::string&) override { return number(Json(n), -1, n); }
    bool string(std::string& s) override {
        switch (table_) {
            case Table::none:
                return value(Json(std::move(s)));
            case Table::scores:
                if (depth_ != table_depth_ + 1 || in_pair_ != 0)
                    return fail("model.vocab is not a list of pairs");
                first_ = std::move(s);
                ++in_pair_;
                return true;
            case Table::merges:
                return merge(s);
            case Table::ids:
                break;
        }
        return fail("model.vocab has a token without a number");
    }
    bool binary(Json::binary_t&) override { return false; }
    bool key(std::string& k) override {
        if (table_ == Table::none) path_.back() = k;
        first_ = std::move(k);
        return true;
    }

    bool start_object(size_t) override {
        if (table_ != Table::none) return fail("an object where a token table has none");
        if (at_table("vocab")) return enter(Table::ids);
        return open(Json::object());
    }
    bool end_object() override { return close(); }
    bool start_array(size_t) override {
        if (table_ != Table::none) {
            in_pair_ = 0;
            if (++depth_ != table_depth_ + 1) return fail("a token table nested too deeply");
            return true;
        }
        if (at_table("vocab")) return enter(Table::scores);
        if (at_table("merges")) return enter(Table::merges);
        return open(Json::array());
    }
    bool end_array() override {
        if (table_ != Table::none && depth_ > table_depth_) {
            --depth_;
            if (in_pair_ != 2) return fail("an entry of a token table is not a pair");
            return true;
        }
        return close();
    }
    bool parse_error(size_t byte, const std::string&, const Json::exception&) override {
        return fail("syntax error at byte " + std::to_string(byte));
    }

 private:
    enum class Table { none, ids, scores, merges };

    bool fail(std::string why) {
        message = std::move(why);
        return false;
    }

    bool at_table(std::string_view name) const {
        return has_tables_ && path_.size() == 2 && path_[0] == "model" && path_[1] == name;
    }

    bool enter(Table table) {
        table_ = table;
        table_depth_ = ++depth_;
        return true;
    }

    bool open(Json container) {
        if (++depth_ > kMaxDepth) return fail("nested too deeply");
        Json* parent = stack_.empty() ? nullptr : stack_.back();
        Json* place = &file_.rest;
        if (parent != nullptr && parent->is_array()) {
            parent->push_back(nullptr);
            place = &parent->back();
        } else if (parent != nullptr) {
            place = &(*parent)[path_.back()];
        }
        *place = std::move(container);
        stack_.push_back(place);
        path_.emplace_back();
        return true;
    }

    bool close() {
        --depth_;
        if (table_ != Table::none) {
            table_ = Table::none;
            return true;
        }
        stack_.pop_back();
        path_.pop_back();
        return true;
    }

    bool value(Json json) {
        if (table_ != Table::none) return fail("a token table has a value of a wrong type");
        if (stack_.empty())
            file_.rest = std::move(json);
        else if (stack_.back()->is_array())
            stack_.back()->push_back(std::move(json));
        else
            (*stack_.back())[path_.back()] = std::move(json);
        return true;
    }

    bool number(Json json, int64_t integer, double real) {
        if (table_ == Table::ids) {
            file_.ids.emplace_back(std::move(first_), integer);
            return true;
        }
        if (table_ == Table::scores) {
            if (depth_ != table_depth_ + 1 || in_pair_ != 1)
                return fail("model.vocab is not a list of pairs");
            file_.scores.emplace_back(std::move(first_), real);
            ++in_pair_;
            return true;
        }
        return value(std::move(json));
    }

    bool merge(std::string& text) {
        if (depth_ == table_depth_ + 1) {
            if (in_pair_ > 1) return fail("an entry of model.merges is not a pair");
            if (in_pair_++ == 0)
                first_ = std::move(text);
            else
                file_.merges.emplace_back(std::move(first_), std::move(text));
            return true;
        }
        const size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            return fail("entry " + std::to_string(file_.merges.size()) +
                        " of model.merges is not two texts and a space");
        file_.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
        return true;
    }

    JsonTokenizerFile& file_;
    bool has_tables_;
    std::vector<Json*>
        stack_; // open containers of `rest`; a container does not grow while one inside is open
    std::vector<std::string> path_; // the key at hand of each
    size_t depth_ = 0, table_depth_ = 0;
    Table table_ = Table::none;
    int in_pair_ = 0; // elements seen of a pair
    std::string first_;
};

Result<JsonTokenizerFile> read(std::string_view text, std::string_view name, bool has_tables) {
    JsonTokenizerFile file;
    Reader reader(file, has_tables);
    if (Json::sax_parse(text, &reader)) return file;
    if (reader.message.empty()) reader.message = "not JSON";
    return Error{ErrorCode::bad_file, std::string(name) + ": " + reader.message, {}};
}

} // namespace

Result<JsonTokenizerFile> parse_tokenizer_json(std::string_view json) {
    return read(json, "tokenizer.json", true);
}

Result<Json> parse_json(std::string_view json, std::string_view name) {
    ENGINE_ASSIGN(JsonTokenizerFile file, read(json, name, false));
    return std::move(file.rest);
}

const Json* json_field(const Json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

const Json& json_section(const Json& object, const char* name) {
    static const Json kNothing = Json::object();
    const Json* field = json_field(object, name);
    return field == nullptr ? kNothing : *field;
}

std::string json_string(const Json& object, const char* name, std::string otherwise) {
    const Json* field = json_field(object, name);
    return field != nullptr && field->is_string() ? field->get<std::string>() : std::move(otherwise);
}

bool json_bool(const Json& object, const char* name, bool otherwise) {
    const Json* field = json_field(object, name);
    return field != nullptr && field->is_boolean() ? field->get<bool>() : otherwise;
}

int64_t json_integer(const Json& object, const char* name, int64_t otherwise) {
    const Json* field = json_field(object, name);
    if (field == nullptr || !field->is_number_integer()) return otherwise;
    if (field->is_number_unsigned() && field->get<uint64_t>() > INT64_MAX) return otherwise;
    return field->get<int64_t>();
}

std::string json_type(const Json& object) {
    return json_string(object, "type");
}

} // namespace engine::text
