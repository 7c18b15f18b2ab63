// Fuzzes what comes from a hub and what is kept of downloads: API answers, records, addresses, file names.
// The first byte chooses.
#include <cstdint>

#include "app/downloads/download_record.h"
#include "app/downloads/hub_address.h"
#include "app/downloads/hub_json.h"
#include "app/downloads/safe_path.h"

using namespace app::downloads;

namespace {

void require(bool condition) {
    if (!condition) __builtin_trap();
}

// A name that passes stays below the folder.
void checkName(const QString& name) {
    if (!whyUnsafe(name).isEmpty()) return;
    require(!name.startsWith(QLatin1Char('/')) && !name.contains(QChar(0)) &&
            !name.contains(QLatin1Char('\\')));
    for (const QString& part : name.split(QLatin1Char('/')))
        require(!part.isEmpty() && part != QLatin1String("..") && part != QLatin1String("."));
}

void checkRecord(const QByteArray& json) {
    const auto record = recordFromJson(json);
    if (!record) return;
    require(record->spec.files.size() == record->files.size());
    for (const RepoFile& file : record->spec.files)
        checkName(file.path);
    require(record->received() <= record->total() && record->received() >= 0);
    require(recordFromJson(toJson(*record)).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const QByteArray rest(reinterpret_cast<const char*>(data) + 1, static_cast<qsizetype>(size - 1));
    switch (data[0] % 6) {
        case 0:
            (void)parseHits(rest);
            break;
        case 1:
            if (const auto model = parseModel(rest)) require(!model->repo.isEmpty());
            break;
        case 2:
            if (const auto files = parseTree(rest))
                (void)variantsOf({{}, {}, {}, {}, {}, {}, {}, 0, 0, {}, *files});
            break;
        case 3:
            checkRecord(rest);
            break;
        case 4:
            checkName(QString::fromUtf8(rest));
            require(firstParagraph(rest).size() < 500);
            (void)nextLink(rest);
            break;
        default:
            if (const auto address = parseAddress(QString::fromUtf8(rest)))
                require(isRepositoryName(address->repo));
    }
    return 0;
}
