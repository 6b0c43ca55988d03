"""Korean words: every error: its title, what happened, what to do next."""

TRANSLATIONS = {
    "error.credentials_missing": {
        "title": "앱키와 계좌가 다 있지 않습니다",
        "message": "비어 있는 환경변수: {names}",
        "hint": "KIS Developers에서 받은 앱키, 앱시크릿, 계좌번호를 환경변수로 넣거나 --demo 로 둘러보세요.",
    },
    "error.invalid_account": {
        "title": "계좌번호가 맞지 않습니다",
        "message": "8자리-2자리 숫자여야 합니다. 입력한 글자 수: {found}.",
        "hint": "예: 12345678-01. 하이픈은 없어도 되고, 8자리만 쓰면 01로 봅니다.",
    },
    "error.invalid_key": {
        "title": "앱키나 앱시크릿의 길이가 맞지 않습니다",
        "message": "{what}: {wanted}자여야 하는데 {found}자입니다.",
        "hint": "KIS Developers에서 전체를 다시 복사해 주세요. 앱키는 36자, 앱시크릿은 180자입니다.",
    },
    "error.invalid_base_url": {
        "title": "서버 주소를 쓸 수 없습니다",
        "message": "쓸 수 없는 주소: {url}. 아무것도 보내지 않았습니다.",
        "hint": "KISTUI_BASE_URL 에 https://호스트:포트 를 쓰세요. http는 이 컴퓨터(127.0.0.1)에만 됩니다.",
    },
    "error.invalid_setting": {
        "title": "환경변수의 값을 알 수 없습니다",
        "message": "{name} 에는 {allowed} 만 쓸 수 있습니다.",
        "hint": "실전과 모의를 짐작하지 않습니다. 값을 고치거나 비워 주세요.",
    },
    "error.unknown_scene": {
        "title": "그런 상황은 없습니다",
        "message": "시뮬레이터에 없는 상황: {name}",
        "hint": "있는 것: {known}",
    },
    "error.reading_stopped": {
        "title": "읽기를 그만두었습니다",
        "message": "끝까지 읽지 않았습니다.",
        "hint": "r 을 누르면 다시 읽습니다.",
    },
    "error.forbidden_call": {
        "title": "허용되지 않은 호출을 막았습니다",
        "message": "읽기 전용 목록에 없는 호출이라 보내지 않았습니다: {method} {path}",
        "hint": "kistui의 잘못입니다. 이 문장을 그대로 알려 주세요.",
    },
    "error.connect_failed": {
        "title": "KIS 서버에 닿지 않습니다",
        "message": "연결하지 못한 서버: {host}",
        "hint": "네트워크와 서버 주소를 확인하고 다시 읽으세요.",
    },
    "error.timed_out": {
        "title": "KIS 서버가 제때 답하지 않습니다",
        "message": "{host} 의 답을 기다리다 그만두었습니다.",
        "hint": "잠시 뒤 다시 읽으세요. 장중에는 가끔 있는 일입니다.",
    },
    "error.disconnected": {
        "title": "KIS 서버가 연결을 끊었습니다",
        "message": "답이 끝나기 전에 연결이 끊겼습니다 ({host}).",
        "hint": "다시 읽으세요.",
    },
    "error.tls_failed": {
        "title": "서버의 인증서를 믿을 수 없습니다",
        "message": "안전한 연결을 만들지 못해 아무것도 보내지 않았습니다 ({host}).",
        "hint": "회사망이나 보안 프로그램 때문이면 그 인증서를 SSL_CERT_FILE 로 주세요.",
    },
    "error.service_down": {
        "title": "KIS가 알 수 없는 답을 보냈습니다",
        "message": "JSON이 아닌 답입니다 (HTTP {status}). 점검 중이거나 프록시일 수 있습니다.",
        "hint": "잠시 뒤 다시 읽으세요. 계속되면 KIS 공지를 확인하세요.",
    },
    "error.malformed": {
        "title": "KIS의 답을 읽을 수 없습니다",
        "message": "{where} 의 값이 알려진 형식과 다릅니다.",
        "hint": "다시 읽어 보고, 계속되면 이 문장을 kistui에 알려 주세요.",
    },
    "error.paging_broken": {
        "title": "잔고의 쪽이 이어지지 않습니다",
        "message": "{page}쪽에서 같은 쪽이 되풀이되거나 끝나지 않습니다.",
        "hint": "일부만 보여 드리지 않습니다. 잠시 뒤 다시 읽으세요.",
    },
    "error.refused": {
        "title": "KIS가 거절했습니다",
        "message": "알려지지 않은 응답코드입니다.",
        "hint": "KIS의 문장을 보고, 모르겠으면 응답코드로 KIS에 문의하세요.",
    },
    "error.token_too_soon": {
        "title": "토큰은 1분에 한 번만 발급됩니다",
        "message": "{at} 부터 다시 발급할 수 있습니다.",
        "hint": "{at} 이 지나면 다시 읽으세요. 다른 프로그램도 같은 앱키를 쓰나요?",
    },
    "error.token_expired": {
        "title": "토큰이 만료되었습니다",
        "message": "새로 발급한 토큰도 만료되었다고 합니다.",
        "hint": "1분 뒤 다시 읽으세요. 컴퓨터 시계가 맞는지도 확인하세요.",
    },
    "error.token_invalid": {
        "title": "토큰이 유효하지 않습니다",
        "message": "KIS가 토큰을 받지 않습니다. 점검 뒤이거나 다른 곳에서 폐기했을 수 있습니다.",
        "hint": "1분 뒤 다시 읽으세요. 6시간 안에는 같은 토큰이 다시 올 수 있습니다.",
    },
    "error.token_still_dead": {
        "title": "KIS가 죽은 토큰을 다시 주었습니다",
        "message": "6시간 안에는 발급해도 같은 토큰이 나옵니다. {at} KST 뒤에 새 토큰이 나옵니다.",
        "hint": "{at} KST 뒤에 다시 읽거나, 토큰(3)을 폐기하고 발급해 보세요.",
    },
    "error.key_refused": {
        "title": "KIS가 앱키를 모릅니다",
        "message": "앱키가 틀렸거나, 기간이 지났거나, 다른 환경(실전/모의)의 앱키입니다.",
        "hint": "앱키를 다시 확인하세요. 모의투자 앱키면 KIS_PAPER=1 을 쓰세요.",
    },
    "error.secret_refused": {
        "title": "앱시크릿이 앱키와 맞지 않습니다",
        "message": "앱시크릿이 틀렸거나 잘렸습니다.",
        "hint": "KIS Developers에서 앱시크릿 180자를 다시 복사해 주세요.",
    },
    "error.permission_refused": {
        "title": "API를 쓸 권한이 없습니다",
        "message": "이 고객이나 앱키, 또는 이 IP에는 허용되지 않습니다.",
        "hint": "KIS Developers에서 서비스 신청 상태를 확인하세요.",
    },
    "error.wrong_environment": {
        "title": "실전과 모의가 섞였습니다",
        "message": "앱키나 계좌가 이 서버의 환경과 다릅니다.",
        "hint": "모의투자 앱키와 계좌면 KIS_PAPER=1, 실전이면 KIS_PAPER 를 비워 주세요.",
    },
    "error.account_refused": {
        "title": "이 앱키의 계좌가 아닙니다",
        "message": "계좌번호가 틀렸거나 앱키를 신청한 계좌와 다릅니다.",
        "hint": "계좌번호 8자리와 상품코드 2자리를 확인하세요.",
    },
    "error.product_unserved": {
        "title": "이 상품코드는 조회할 수 없습니다",
        "message": "이 조회는 위탁(01), 개인연금(22), 퇴직연금(29) 계좌에만 됩니다.",
        "hint": "계좌번호 끝의 상품코드를 확인하세요.",
    },
    "error.not_offered": {
        "title": "KIS API가 이 상품코드를 주지 않습니다",
        "message": "상품코드 {product} 계좌(선물옵션·펀드·DC형 퇴직연금)는 조회할 수 없습니다.",
        "hint": "한국투자 앱에서 보시거나 01, 22, 29 계좌를 등록하세요.",
    },
    "error.pension_on_paper": {
        "title": "모의투자에는 퇴직연금이 없습니다",
        "message": "KIS는 퇴직연금(29)을 실전 서버에서만 조회해 줍니다.",
        "hint": "실전 앱키로 프로필을 다시 등록하세요.",
    },
    "error.rate_limited": {
        "title": "초당 조회 수를 넘었습니다",
        "message": "다시 해 보았지만 KIS가 계속 거절합니다.",
        "hint": "몇 초 뒤 다시 읽으세요. 다른 프로그램이 같은 앱키를 쓰나요?",
    },
    "error.temporary": {
        "title": "KIS 서버에 일시적인 문제가 있습니다",
        "message": "다시 해 보았지만 낫지 않았습니다.",
        "hint": "잠시 뒤 다시 읽으세요.",
    },
    "error.data_changed": {
        "title": "읽는 사이에 잔고가 바뀌었습니다",
        "message": "처음부터 다시 읽었지만 또 바뀌었습니다.",
        "hint": "잠시 뒤 다시 읽으세요.",
    },
    "error.request_rejected": {
        "title": "KIS가 이 조회 방식을 받지 않습니다",
        "message": "KIS가 형식을 바꾸었거나 kistui의 잘못입니다.",
        "hint": "kistui를 새 판으로 바꿔 보고, 그래도 안 되면 응답코드를 알려 주세요.",
    },
    "error.file_unsafe": {
        "title": "안전하지 않은 파일입니다",
        "message": "링크이거나 다른 사용자의 파일이라 건드리지 않았습니다: {path}",
        "hint": "그 파일을 옮기거나 지운 뒤 다시 하세요.",
    },
    "error.file_unreadable": {
        "title": "파일을 읽을 수 없습니다",
        "message": "{path}: {reason}",
        "hint": "파일의 권한을 확인하세요.",
    },
    "error.file_unwritable": {
        "title": "파일에 쓸 수 없습니다",
        "message": "{path}: {reason}. 전에 있던 내용은 그대로입니다.",
        "hint": "디스크 공간과 폴더의 권한을 확인한 뒤 다시 하세요.",
    },
    "error.file_exists": {
        "title": "같은 이름의 파일이 있습니다",
        "message": "{path} 은(는) 그대로 두었습니다.",
        "hint": "다른 이름을 쓰거나, 바꾸어도 되면 덮어쓰기를 고르세요.",
    },
    "error.store_busy": {
        "title": "다른 kistui가 파일을 쓰고 있습니다",
        "message": "프로세스 {holder} 이(가) 쓰고 있습니다. {seconds}초 기다렸습니다: {path}",
        "hint": "잠시 뒤 다시 하세요.",
    },
    "error.bad_config": {
        "title": "설정 파일에 잘못이 있습니다",
        "message": "{path} 의 {where}: {reason}",
        "hint": "파일을 고쳐 주세요. kistui는 이 파일을 덮어쓰지 않습니다.",
    },
    "error.profile_unknown": {
        "title": "그런 프로필은 없습니다",
        "message": "없는 프로필: {name}. 있는 것: {known}",
        "hint": "kistui profile list 로 목록을 보세요.",
    },
    "error.profile_exists": {
        "title": "같은 이름의 프로필이 있습니다",
        "message": "{name} 은(는) 이미 있습니다.",
        "hint": "다른 이름을 쓰거나 있는 것을 먼저 지우세요.",
    },
    "error.invalid_name": {
        "title": "프로필 이름으로 쓸 수 없습니다",
        "message": "1자에서 20자까지, 공백과 기호 없이 쓰세요 (- _ 는 됩니다).",
        "hint": "예: main, 연금, isa-2",
    },
    "error.secret_missing": {
        "title": "앱키가 저장되어 있지 않습니다",
        "message": "{name} 의 앱키가 {place} 에 없습니다.",
        "hint": "앱키 바꾸기로 다시 넣어 주세요.",
    },
    "error.passphrase_needed": {
        "title": "암호 파일이 잠겨 있습니다",
        "message": "앱키를 읽으려면 암호가 필요합니다.",
        "hint": "암호를 입력하세요. 시작할 때 한 번만 묻습니다.",
    },
    "error.passphrase_wrong": {
        "title": "암호가 맞지 않습니다",
        "message": "이 암호로는 암호 파일이 열리지 않습니다.",
        "hint": "다시 입력하세요. 잊었으면 앱키를 다시 등록하면 됩니다.",
    },
    "error.secrets_corrupt": {
        "title": "앱키 파일을 읽을 수 없습니다",
        "message": "{path} 의 내용이 알려진 형식이 아닙니다. 덮어쓰지 않았습니다.",
        "hint": "백업이 있으면 되돌리고, 없으면 파일을 옮긴 뒤 앱키를 다시 등록하세요.",
    },
    "error.keyring_unavailable": {
        "title": "OS 키링을 쓸 수 없습니다",
        "message": "{reason}",
        "hint": "암호 파일이나 0600 파일 같은 다른 저장 방법을 고르세요.",
    },
    "error.command_failed": {
        "title": "앱키를 주는 명령이 실패했습니다",
        "message": "{program}: {reason}",
        "hint": "터미널에서 그 명령을 직접 실행해 보세요. 앱키와 앱시크릿을 두 줄로 내야 합니다.",
    },
    "error.import_refused": {
        "title": "가져올 수 없는 파일입니다",
        "message": "{path}: {reason}. 파일은 그대로입니다.",
        "hint": "kis_devlp.yaml, python-kis JSON, mojito 파일, .env 를 가져올 수 있습니다.",
    },
    "error.internal": {
        "title": "kistui 내부 오류",
        "message": "{kind} ({place})",
        "hint": "kistui의 잘못입니다. 이 문장을 그대로 알려 주세요. 계좌에는 아무 일도 없었습니다.",
    },
}
