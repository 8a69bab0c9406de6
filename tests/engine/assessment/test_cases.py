"""默认规则手册的测试用例逐个成立。"""

import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.cases import CaseResult, run_cases

RESULTS = run_cases(load_rulebook())


def test_用例不少于三十个() -> None:
    assert len(RESULTS) >= 30


@pytest.mark.parametrize("result", RESULTS, ids=[result.name for result in RESULTS])
def test_用例(result: CaseResult) -> None:
    assert result.failures == ()
