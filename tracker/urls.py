"""The app's addresses. URL name = view name = template name = test file name."""

from django.urls import URLPattern, URLResolver, path

from tracker.views import account, clinic, clinician, offline, ops, owner, patient

patient_urls: list[URLPattern] = [
    path("today/", patient.today, name="today"),
    path("check-ins/<int:pk>/result/", patient.result, name="result"),
    path("check-ins/<int:pk>/amend/", patient.amend, name="amend"),
    path("my-recovery/", patient.my_recovery, name="my_recovery"),
    path("reminders/", patient.reminders, name="reminders"),
    path("reminders/devices/<int:pk>/forget/", patient.forget_device, name="forget_device"),
    path("someone-close/", patient.carer, name="carer"),
    path("someone-close/forget/", patient.forget_carer, name="forget_carer"),
    path("late-question/", patient.tail, name="tail"),
    path("farewell/", patient.farewell, name="farewell"),
    path("question/<int:pk>/", patient.micro, name="micro"),
    path("messages/", patient.thread, name="thread"),
    path("messages/call-back/", patient.ask_call_back, name="ask_call_back"),
    path("what-to-expect/", patient.expect, name="expect"),
    path("take-home/", patient.take_home, name="take_home"),
    path("take-home.pdf", patient.take_home_pdf, name="take_home_pdf"),
    path("help/", patient.seek_help, name="seek_help"),
    path("offline/", offline.offline_check_in, name="offline_check_in"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("fresh-token/", offline.fresh_token, name="fresh_token"),
]

clinic_urls: list[URLPattern] = [
    path("clinic/", clinician.triage, name="triage"),
    path("clinic/recoveries/", clinician.recoveries, name="recoveries"),
    path("clinic/recoveries/<int:pk>/", clinician.recovery, name="recovery"),
    path("clinic/recoveries/<int:pk>/card/", clinic.print_card, name="print_card"),
    path("clinic/recoveries/<int:pk>/tag/", clinician.tag, name="tag"),
    path("clinic/recoveries/<int:pk>/untag/", clinician.untag, name="untag"),
    path("clinic/recoveries/review/", clinician.review, name="review"),
    path("clinic/recoveries/review/undo/", clinician.undo_review, name="undo_review"),
    path("clinic/flags/<int:pk>/acknowledge/", clinician.acknowledge, name="acknowledge"),
    path("clinic/flags/<int:pk>/contact/", clinician.contact, name="contact"),
    path("clinic/flags/<int:pk>/resolve/", clinician.resolve, name="resolve"),
    path("clinic/flags/<int:pk>/reopen/", clinician.reopen, name="reopen"),
    path("clinic/flags/<int:pk>/hand-over/", clinician.hand_over, name="hand_over"),
    path("clinic/flags/<int:pk>/accept/", clinician.accept_hand_over, name="accept_hand_over"),
    path("clinic/flags/<int:pk>/decline/", clinician.decline_hand_over, name="decline_hand_over"),
    path("clinic/flags/<int:pk>/undo/", clinician.undo, name="undo"),
    path("clinic/flags/<int:pk>/snooze/", clinician.snooze, name="snooze"),
    path("clinic/flags/<int:pk>/ask-back/", clinician.ask_back, name="ask_back"),
    path("clinic/recoveries/<int:pk>/report.pdf", clinician.course_report, name="course_report"),
    path("clinic/flags/<int:pk>/delivery/", clinician.delivery_trail, name="delivery_trail"),
    path("clinic/urgent-flags/", clinician.delivery_trails, name="delivery_trails"),
    path("clinic/flags/<int:pk>/adverse-event/", clinician.record_adverse_event, name="record_adverse_event"),
    path("clinic/adverse-events/", clinician.adverse_events, name="adverse_events"),
    path("clinic/adverse-events.csv", clinician.adverse_events_csv, name="adverse_events_csv"),
    path("clinic/adverse-events/<int:pk>/", clinician.adverse_event, name="adverse_event"),
    path("clinic/recoveries/<int:pk>/notes/", clinician.answer_note, name="answer_note"),
    path("clinic/recoveries/<int:pk>/notes/read/", clinician.read_notes, name="read_notes"),
    path("clinic/call-backs/<int:pk>/", clinician.handle_call_back, name="handle_call_back"),
    path("clinic/held/", clinician.held, name="held"),
    path("clinic/held/<int:pk>/", clinician.decide_held, name="decide_held"),
    path("clinic/restored/", clinician.note_restore, name="note_restore"),
    path("clinic/patients/", clinic.patients, name="patients"),
    path("clinic/patients/search/", clinic.search_patients, name="search_patients"),
    path("clinic/patients/new/", clinic.invite_patient, name="invite_patient"),
    path("clinic/patients/<int:pk>/", clinic.patient, name="patient"),
    path("clinic/patients/<int:pk>/welcome/", clinic.resend_welcome, name="resend_welcome"),
    path("clinic/patients/<int:pk>/screening/", clinic.screening, name="screening"),
    path("clinic/screenings/<int:pk>/", clinic.screening_decision, name="screening_decision"),
    path("clinic/screenings/<int:pk>/treatment/", clinic.record_treatment, name="record_treatment"),
    path("clinic/team/", clinic.team, name="team"),
    path("clinic/rota/", clinic.rota, name="rota"),
    path("clinic/rota/add/", clinic.add_shift, name="add_shift"),
    path("clinic/rota/<int:pk>/remove/", clinic.remove_shift, name="remove_shift"),
    path("clinic/rota/deputies/<int:pk>/", clinic.set_deputy, name="set_deputy"),
]

owner_urls: list[URLPattern] = [
    path("clinic/protocols/", owner.protocols, name="protocols"),
    path("clinic/protocols/<int:pk>/draft/", owner.draft_edition, name="draft_edition"),
    path("clinic/protocols/editions/<int:pk>/", owner.edition, name="edition"),
    path("clinic/protocols/editions/<int:pk>/replay/", owner.ask_replay, name="ask_replay"),
    path("clinic/protocols/editions/<int:pk>/publish/", owner.publish, name="publish"),
    path("clinic/protocols/editions/<int:pk>/sign-off/", owner.sign_off, name="sign_off"),
    path(
        "clinic/protocols/editions/<int:pk>/sign-off/withdraw/",
        owner.withdraw_sign_off,
        name="withdraw_sign_off",
    ),
    path("clinic/protocols/editions/<int:pk>/discard/", owner.discard_draft, name="discard_draft"),
    path("clinic/protocols/replays/<int:pk>/", owner.replay, name="replay"),
    path("clinic/team/<int:pk>/digest/", owner.set_digest, name="set_digest"),
    path("clinic/insight/", owner.insight, name="insight"),
    path("clinic/insight/quality/<int:pk>/", owner.quality_check, name="quality_check"),
]

account_urls: list[URLPattern] = [
    path("", account.home, name="home"),
    path("code/<str:code>/", account.code, name="code"),
    path("start/<str:token>/", account.start, name="start"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
]

ops_urls: list[URLPattern] = [
    path("health", ops.health, name="health"),
    path("metrics", ops.metrics, name="metrics"),
    path("about/", ops.about, name="about"),
    path("clinic/system/", ops.system, name="system"),
    path("mailbox/", ops.mailbox, name="mailbox"),
    path("mailbox/<str:key>/", ops.mailbox_message, name="mailbox_message"),
    path("mailbox/<str:key>/html/", ops.mailbox_html, name="mailbox_html"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *patient_urls,
    *clinic_urls,
    *owner_urls,
    *account_urls,
    *ops_urls,
]
