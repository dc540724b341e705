#include "events/attachment.h"

#include "events/error.h"

namespace bitacora::events {

std::string_view examination_outcome_name(ExaminationOutcome outcome) {
  switch (outcome) {
    case ExaminationOutcome::Done:
      return "done";
    case ExaminationOutcome::Failed:
      return "failed";
  }
  invariant_broken("an examination without an outcome", __FILE__, __LINE__);
}

}  // namespace bitacora::events
