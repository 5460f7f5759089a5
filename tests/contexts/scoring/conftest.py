from __future__ import annotations

import pytest
from tests.contexts.scoring.cohorts import make_cohort


@pytest.fixture
async def cohort(runtime, api, make_organisation, run_jobs):
    """`await cohort(3)`: so many candidates of one interview, scored."""

    async def make(number=3, **options):
        made = await make_cohort(runtime, api, await make_organisation(), number, **options)
        await run_jobs()
        return made

    return make
