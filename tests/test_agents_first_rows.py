import pytest
from django.contrib.auth.models import Group

from agents.models import PauseReason

# Whatever other tests emptied the tables before: the rows of the migrations are put back.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_new_database_has_a_group_whose_members_supervise(outsider):
    outsider.groups.add(Group.objects.get(name="Supervisors"))
    assert outsider.has_perm("agents.supervise")


def test_a_new_database_has_the_usual_pause_reasons_in_order():
    names = list(PauseReason.objects.values_list("name", flat=True))
    assert names == ["Lunch", "Break", "Training", "Meeting", "After-call work"]
