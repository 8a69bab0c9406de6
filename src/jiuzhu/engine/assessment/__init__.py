"""评估:规则手册、打分、预警、发现。"""

from jiuzhu.engine.assessment.household import HouseholdAssessment, assess_household
from jiuzhu.engine.assessment.rulebook import Rulebook, load_rulebook
from jiuzhu.engine.assessment.scoring import Assessor

__all__ = ["Assessor", "HouseholdAssessment", "Rulebook", "assess_household", "load_rulebook"]
