"""What each act of the tools is called, where a person is asked whether it is to be done."""

from __future__ import annotations

from collections.abc import Mapping

from recurrence_rules import Language

_LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "vi")

ACTS: Mapping[str, tuple[str, str, str, str, str]] = {
    "add_task": ("Add", "Hinzufügen", "Ajouter", "Añadir", "Thêm"),
    "change_task": ("Change", "Ändern", "Changer", "Cambiar", "Sửa"),
    "move_task": ("Move", "Verschieben", "Déplacer", "Mover", "Dời ngày"),
    "postpone_to_next_date": ("Move to its next date", "Aufs nächste Datum", "À la date suivante",
                              "A la fecha siguiente", "Dời sang ngày kế tiếp"),
    "move_to_list": ("Put into a list", "In eine Liste", "Mettre dans une liste", "Poner en una lista",
                     "Đưa vào danh sách"),
    "remind_task": ("Remind of", "Erinnern an", "Rappeler", "Recordar", "Nhắc"),
    "complete_task": ("Complete", "Erledigen", "Terminer", "Completar", "Hoàn thành"),
    "skip_task": ("Skip", "Auslassen", "Sauter", "Omitir", "Bỏ qua"),
    "reopen_task": ("Open again", "Wieder öffnen", "Rouvrir", "Reabrir", "Mở lại"),
    "restore_task": ("Bring back", "Zurückholen", "Rétablir", "Recuperar", "Khôi phục"),
    "undo": ("Take back an act", "Etwas zurücknehmen", "Annuler une action", "Deshacer algo", "Hoàn tác"),
    "repeat_task": ("Let repeat", "Wiederholen", "Répéter", "Repetir", "Lặp lại"),
    "pause_series": ("Pause", "Pausieren", "Mettre en pause", "Pausar", "Tạm dừng"),
    "resume_series": ("Let go on", "Fortsetzen", "Reprendre", "Reanudar", "Tiếp tục"),
    "end_series": ("Stop repeating", "Nicht mehr wiederholen", "Ne plus répéter", "No repetir más", "Thôi lặp lại"),
    "skip_missed": ("Skip all missed", "Versäumtes auslassen", "Sauter les oubliés", "Omitir lo pasado",
                    "Bỏ qua các lần lỡ"),
    "change_series": ("Change the series", "Die Serie ändern", "Changer la série", "Cambiar la serie", "Sửa chuỗi lặp"),
    "make_list": ("Make a list", "Eine Liste anlegen", "Créer une liste", "Crear una lista", "Tạo danh sách"),
    "rename_list": ("Rename a list", "Eine Liste umbenennen", "Renommer une liste", "Renombrar una lista",
                    "Đổi tên danh sách"),
    "restore_list": ("Bring a list back", "Eine Liste zurückholen", "Rétablir une liste", "Recuperar una lista",
                     "Khôi phục danh sách"),
    "mark_notifications_read": ("Mark as read", "Als gelesen merken", "Marquer comme lu", "Marcar como leído",
                                "Đánh dấu đã đọc"),
    "snooze_reminder": ("Remind later of", "Später erinnern an", "Rappeler plus tard", "Recordar más tarde",
                        "Nhắc lại sau"),
    "change_preferences": ("Change how you are reminded", "Ändern, wie erinnert wird", "Changer les rappels",
                           "Cambiar los recordatorios", "Đổi cách nhắc nhở"),
}  # fmt: skip


def act_in_words(language: Language, tool: str) -> str:
    """Return what an act is called."""
    row = ACTS.get(tool)
    return tool if row is None else row[_LANGUAGES.index(language)]
