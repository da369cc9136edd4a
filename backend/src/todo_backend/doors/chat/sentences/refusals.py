"""Why something was refused, by its stable code; in English it is the refusal's own sentence.

None of these says whether anything was changed: that is said after it, and is not always the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from recurrence_rules import Language

_OTHERS: tuple[Language, ...] = ("de", "fr", "es", "vi")

_ROWS: Mapping[str, tuple[str, str, str, str]] = {
    "list_not_found": (
        "Diese Liste gibt es nicht.",
        "Cette liste n'existe pas.",
        "No existe esa lista.",
        "Không có danh sách đó.",
    ),
    "list_name_taken": (
        "Eine Liste mit diesem Namen gibt es schon; nimm einen anderen.",
        "Une liste porte déjà ce nom ; prenez-en un autre.",
        "Ya hay una lista con ese nombre; elige otro.",
        "Đã có danh sách mang tên này; hãy chọn tên khác.",
    ),
    "too_many_lists": (
        "Für noch eine Liste ist kein Platz; lösche zuerst eine.",
        "Il n'y a plus de place pour une liste ; supprimez-en une d'abord.",
        "No cabe otra lista; borra una antes.",
        "Không còn chỗ cho danh sách mới; hãy xoá bớt một danh sách.",
    ),
    "stale_etag": (
        "Das hat sich inzwischen geändert.",
        "Cela a changé entre-temps.",
        "Eso ha cambiado entretanto.",
        "Nội dung này đã thay đổi trong lúc đó.",
    ),
    "undo_not_found": (
        "Hier gibt es nichts zurückzunehmen; das geht 24 Stunden lang.",
        "Il n'y a rien à annuler ici ; c'est possible pendant 24 heures.",
        "Aquí no hay nada que deshacer; se puede durante 24 horas.",
        "Không có gì để hoàn tác; chỉ làm được trong 24 giờ.",
    ),
    "undo_conflict": (
        "Was damals geändert wurde, ist seither wieder geändert worden.",
        "Ce qui avait été changé a encore été changé depuis.",
        "Lo que se cambió se ha vuelto a cambiar desde entonces.",
        "Những gì đã đổi lại bị đổi thêm lần nữa sau đó.",
    ),
    "undone_already": (
        "Das ist schon zurückgenommen.",
        "C'est déjà annulé.",
        "Eso ya está deshecho.",
        "Việc này đã được hoàn tác rồi.",
    ),
    "occurrence_conflict": (
        "Die Serie hat schon eine andere offene Aufgabe.",
        "La série a déjà une autre tâche ouverte.",
        "La serie ya tiene otra tarea abierta.",
        "Chuỗi này đã có một việc khác đang mở.",
    ),
    "series_ended": (
        "Die Serie ist zu Ende.",
        "La série est terminée.",
        "La serie ha terminado.",
        "Chuỗi lặp đã kết thúc.",
    ),
    "series_paused": (
        "Die Serie ist pausiert; sag zuerst „resume it“.",
        "La série est en pause ; dites d'abord « resume it ».",
        "La serie está en pausa; di antes «resume it».",
        "Chuỗi lặp đang tạm dừng; hãy nói “resume it” trước.",
    ),
    "no_next_date": (
        "Die Regel hat kein weiteres Datum; nenne eines, oder lass die Aufgabe aus.",
        "La règle n'a plus de date ; nommez-en une ou sautez la tâche.",
        "La regla no tiene más fechas; di una u omite la tarea.",
        "Quy tắc không còn ngày nào nữa; hãy nói một ngày hoặc bỏ qua việc này.",
    ),
    "task_does_not_repeat": (
        "Die Aufgabe wiederholt sich nicht; nenne das Datum.",
        "La tâche ne se répète pas ; dites la date.",
        "La tarea no se repite; di la fecha.",
        "Việc này không lặp lại; hãy nói ngày.",
    ),
    "resume_on_passed": (
        "Der Tag, an dem es weitergeht, muss in der Zukunft liegen.",
        "Le jour de la reprise doit être à venir.",
        "El día en que continúa debe estar por venir.",
        "Ngày tiếp tục phải ở phía trước.",
    ),
    "recurrence_invalid": (
        "Diese Regel wird nicht angenommen.",
        "Cette règle n'est pas acceptée.",
        "Esa regla no se acepta.",
        "Quy tắc này không được chấp nhận.",
    ),
    "recurrence_of_series": (
        "Die Aufgabe wiederholt sich schon; ihre Regel änderst du auf der Seite.",
        "La tâche se répète déjà ; sa règle se change sur la page.",
        "La tarea ya se repite; su regla se cambia en la página.",
        "Việc này đã lặp lại; hãy đổi quy tắc trên trang.",
    ),
    "successor_touched": (
        "Das nächste Mal ist inzwischen geändert worden; entscheide auf der Seite, ob es bleibt.",
        "La prochaine fois a été changée depuis ; décidez sur la page si elle reste.",
        "La próxima vez se ha cambiado entretanto; decide en la página si se queda.",
        "Lần tới đã bị thay đổi; hãy quyết định trên trang xem có giữ lại không.",
    ),
    "task_not_found": (
        "Diese Aufgabe gibt es nicht.",
        "Cette tâche n'existe pas.",
        "No existe esa tarea.",
        "Không có việc đó.",
    ),
    "task_deleted": (
        "Die Aufgabe ist gelöscht.",
        "La tâche est supprimée.",
        "La tarea está borrada.",
        "Việc này đã bị xoá.",
    ),
    "task_not_open": (
        "Die Aufgabe ist nicht offen.",
        "La tâche n'est pas ouverte.",
        "La tarea no está abierta.",
        "Việc này không còn mở.",
    ),
    "task_open": (
        "Die Aufgabe ist schon offen.",
        "La tâche est déjà ouverte.",
        "La tarea ya está abierta.",
        "Việc này vẫn đang mở.",
    ),
    "task_withdrawn": (
        "Die Aufgabe wurde mit der Erledigung zurückgezogen, aus der sie kam.",
        "La tâche a été retirée avec l'achèvement dont elle venait.",
        "La tarea se retiró con el cierre del que venía.",
        "Việc này đã được rút lại cùng với lần hoàn thành tạo ra nó.",
    ),
    "task_too_large": (
        "Die Änderung ist zu groß; kürze Notizen und Unterpunkte.",
        "Le changement est trop grand ; raccourcissez les notes et la liste.",
        "El cambio es demasiado grande; acorta las notas y la lista.",
        "Thay đổi quá lớn; hãy rút ngắn ghi chú và danh mục.",
    ),
    "invalid": (
        "So lässt sich das nicht eintragen.",
        "Cela ne peut pas être enregistré ainsi.",
        "Así no se puede guardar.",
        "Không thể lưu như vậy.",
    ),
    "scope_missing": (
        "Dieses Token erlaubt das nicht.",
        "Ce jeton ne le permet pas.",
        "Este token no lo permite.",
        "Mã truy cập này không cho phép việc đó.",
    ),
    "store_unavailable": (
        "Die Datenbank ist gerade nicht erreichbar.",
        "La base de données est injoignable pour le moment.",
        "La base de datos no responde en este momento.",
        "Hiện không kết nối được cơ sở dữ liệu.",
    ),
    "store_full": (
        "Die Festplatte der Datenbank ist voll.",
        "Le disque de la base de données est plein.",
        "El disco de la base de datos está lleno.",
        "Ổ đĩa của cơ sở dữ liệu đã đầy.",
    ),
    "overloaded": (
        "Gerade warten zu viele Anfragen; versuch es gleich noch einmal.",
        "Trop de demandes attendent ; réessayez dans un instant.",
        "Hay demasiadas peticiones en espera; prueba en un momento.",
        "Đang có quá nhiều yêu cầu; hãy thử lại sau giây lát.",
    ),
    "notifications_unavailable": (
        "Die Erinnerungen antworten gerade nicht.",
        "Les rappels ne répondent pas pour le moment.",
        "Los recordatorios no responden en este momento.",
        "Phần nhắc nhở hiện không trả lời.",
    ),
    "timeout": (
        "Das hat zu lange gedauert und wurde abgebrochen.",
        "Cela a pris trop de temps et a été interrompu.",
        "Ha tardado demasiado y se ha interrumpido.",
        "Việc này mất quá lâu nên đã bị ngắt.",
    ),
    "internal_error": (
        "Hier ist etwas schiefgegangen.",
        "Quelque chose a mal tourné ici.",
        "Algo ha salido mal aquí.",
        "Đã có lỗi ở phía này.",
    ),
}

REFUSALS: Mapping[Language, Mapping[str, str]] = {
    language: {code: row[place] for code, row in _ROWS.items()} for place, language in enumerate(_OTHERS)
}
