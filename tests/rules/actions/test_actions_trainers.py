"""Trainers: TRA-1."""

from contracts.actions import TrainersConfirmed
from contracts.answers import PersonalRef
from contracts.personal import TrainerRecord
from contracts.requests import ListedTrainer, TrainersChanged, TrainersUnlocked
from tests import guide
from tests.guide import DURAND
from tests.refused import cells, codes
from tests.rules.actions.action_in_preparation import ASKER, ActionInPreparation

GARNIER = guide.TRAINER.model_copy(update={"last_name": "GARNIER", "first_name": "Hélène"})


def awarded() -> ActionInPreparation:
    """Two trainers are on the list, as the contract has them."""
    return ActionInPreparation(trainers=guide.TRAINERS)


def listed() -> ActionInPreparation:
    """And it is unlocked."""
    return awarded().unlocks_trainers()


def test_tra_01_the_list_comes_with_the_contract_and_is_locked():
    action = awarded()
    assert len(action.trainers) == len(guide.TRAINERS) and action.state.trainers_version == 1
    assert codes(lambda: action.saves_trainers(*action.trainers)) == ["trainers-locked"]


def test_tra_01_an_agent_unlocks_it_and_says_why():
    action = awarded()
    assert cells(lambda: action.unlocks_trainers(" ")) == [("reason-missing", "reason")]
    action.unlocks_trainers()
    [unlocked], [text] = action.said, action.kept
    assert unlocked == TrainersUnlocked(reason=PersonalRef(id=text.id, version=1))
    assert codes(action.unlocks_trainers) == ["trainers-not-locked"]


def test_tra_01_a_trainer_is_added_changed_and_removed_and_the_list_has_another_version():
    action = listed()
    first, second = action.trainers
    changed = ListedTrainer(id=second.id, sheet=second.sheet.model_copy(update={"status": "CDI"}))
    action.saves_trainers(changed, ListedTrainer(sheet=GARNIER))
    [saved], [of_second, of_garnier] = action.said, action.kept
    assert isinstance(of_second, TrainerRecord) and isinstance(of_garnier, TrainerRecord)
    assert (of_second.id, of_second.version, of_second.sheet.status) == (second.id, 2, "CDI")
    assert of_garnier.version == 1 and of_garnier.sheet == GARNIER
    assert saved == TrainersChanged(trainers=(PersonalRef(id=of_second.id, version=2), PersonalRef(id=of_garnier.id, version=1)), version=2)
    assert first.id not in {trainer.id for trainer in action.trainers}
    assert codes(lambda: action.saves_trainers(*action.trainers)) == ["trainers-locked"]


def test_tra_01_who_stays_as_they_are_keeps_their_version():
    action = listed()
    action.saves_trainers(*action.trainers, ListedTrainer(sheet=GARNIER))
    assert [record.id for record in action.kept] == [action.state.trainers[-1].id]
    assert [trainer.sheet for trainer in action.state.trainers] == [1, 1, 1]


def test_tra_01_who_is_added_later_never_has_the_id_of_another():
    action = listed().saves_trainers(ListedTrainer(sheet=GARNIER))
    added = action.state.trainers[0].id
    later = type(ASKER)(guide.DUPONT, ASKER.at)
    action.unlocks_trainers().saves_trainers(ListedTrainer(sheet=GARNIER), by=later)
    assert action.state.trainers[0].id != added


def test_tra_01_every_wrong_trainer_is_named_at_once():
    action = listed()
    first, _ = action.trainers
    nameless = ListedTrainer(sheet=GARNIER.model_copy(update={"last_name": " ", "field": ""}))
    stranger = ListedTrainer(id="2007QCA9999/trainer-0", sheet=GARNIER)
    assert cells(lambda: action.saves_trainers(first, nameless, stranger, first)) == [
        ("trainer-field-missing", "trainers.1.sheet.last_name"),
        ("trainer-field-missing", "trainers.1.sheet.field"),
        ("not-found", "trainers.2"),
        ("trainer-twice", "trainers.3"),
    ]
    assert codes(lambda: action.saves_trainers(first, base=7)) == ["changed-meanwhile"]


def test_tra_01_a_list_that_changes_before_the_opening_is_confirmed_again():
    action = awarded().confirms_trainers().unlocks_trainers()
    first, _ = action.trainers
    action.saves_trainers(first)
    assert not action.state.trainers_confirmed and "trainers" in action.told[-1].lacking
    assert action.confirms_trainers().said == [TrainersConfirmed()]


def test_tra_01_a_list_that_is_saved_as_it_was_stays_confirmed_and_is_locked_again():
    action = awarded().confirms_trainers().unlocks_trainers()
    action.saves_trainers(*action.trainers)
    assert action.state.trainers_confirmed and not action.state.trainers_unlocked and action.kept == []


def test_tra_01_after_the_opening_the_list_changes_and_stays_confirmed():
    action = awarded().running(DURAND).unlocks_trainers()
    first, _ = action.trainers
    assert action.saves_trainers(first).state.trainers_confirmed


def test_tra_01_a_contract_that_is_replaced_brings_its_own_list():
    action = awarded()
    assert action.state.untouched
    assert not listed().saves_trainers().state.untouched
