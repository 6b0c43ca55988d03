"""KIS's error codes with their HTTP status and message.

A status that sources give as "200 or 500" is 200 here. Where no source has the message
(redirect_uri and similar parameters, some OPSQ codes), it is modelled on neighbouring codes.
"""

from typing import Final, NamedTuple


class ErrorSpec(NamedTuple):
    """The default HTTP status and message of an error code."""

    status: int
    message: str


_OAUTH: Final = {
    "EGW00003": "접근이 거부되었습니다.",
    "EGW00004": "권한을 부여받지 않은 고객입니다.",
    "EGW00101": "유효하지 않은 요청입니다.",
    "EGW00102": "AppKey는 필수입니다.",
    "EGW00103": "유효하지 않은 AppKey입니다.",
    "EGW00104": "AppSecret은 필수입니다.",
    "EGW00105": "유효하지 않은 AppSecret입니다.",
    "EGW00106": "redirect_uri는 필수입니다.",
    "EGW00107": "유효하지 않은 redirect_uri입니다.",
    "EGW00108": "service는 필수입니다.",
    "EGW00109": "유효하지 않은 service입니다.",
    "EGW00110": "scope는 필수입니다.",
    "EGW00111": "유효하지 않은 scope입니다.",
    "EGW00112": "유효하지 않은 grant 입니다.",
    "EGW00113": "유효하지 않은 state입니다.",
    "EGW00114": "유효하지 않은 response_type입니다.",
    "EGW00115": "grant_type은 필수입니다.",
    "EGW00116": "지원하지 않는 grant_type 입니다.",
    "EGW00130": "유효하지 않은 user입니다.",
    "EGW00133": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
}

_GATEWAY: Final = {
    "": "",  # seen in answer to an empty token
    "EGW00001": "일시적 오류가 발생했습니다.",
    "EGW00002": "서버 에러가 발생했습니다.",
    "EGW00121": "유효하지 않은 token 입니다.",
    "EGW00122": "token을 찾을 수 없습니다.",
    "EGW00123": "기간이 만료된 token 입니다.",
    "EGW00124": "session_key를 찾을 수 없습니다.",
    "EGW00125": "유효하지 않은 session_key 입니다.",
    "EGW00126": "기간이 만료된 session_key 입니다.",
    "EGW00131": "유효하지 않은 hashkey 입니다.",
    "EGW00132": "Content-Type이 유효하지 않습니다.",
    "EGW00201": "초당 거래건수를 초과하였습니다.",
    "EGW00202": "GW라우팅 중 오류가 발생했습니다.",
    "EGW00203": "OPS라우팅 중 오류가 발생했습니다.",
    "EGW00204": "Internal Gateway 인스턴스를 잘못 입력했습니다.",
    "EGW00205": "credentials_type이 유효하지 않습니다.(Bearer)",
    "EGW00206": "API 사용 권한이 없습니다.",
    "EGW00207": "IP 주소가 없거나 유효하지 않습니다.",
    "EGW00208": "고객유형(custtype)이 유효하지 않습니다.",
    "EGW00209": "일련번호(seq_no)가 유효하지 않습니다.",
    "EGW00210": "법인고객의 경우 모의투자를 이용할 수 없습니다.",
    "EGW00211": "고객명(personalname)은 필수입니다.",
    "EGW00212": "휴대전화번호(personalphone)는 필수입니다.",
    "EGW00213": "법인명(corpname)은 필수입니다.",
    "EGW00215": "원장에서 허용 가능한 초당 거래건수를 초과하였습니다.",
    "EGW00300": "Gateway 라우팅 오류가 발생했습니다.",
    "EGW00301": "연결 시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.",
    "EGW00302": "거래시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.",
    "EGW00303": "법인고객에게 허용되지 않은 IP접근입니다.",
    "EGW00304": "고객식별키(법인 personalSeckey, 개인 appSecret)가 유효하지 않습니다.",
    "EGW02004": "실전투자 TR 이 아닙니다.",
    "EGW02006": "모의투자 TR  이 아닙니다.",
    "EGW02007": "해당 앱키는 모의투자용 앱키가 아닙니다.",
    "IGW00007": "MCA 전문바디 구성 중 오류가 발생하였습니다.",
    "OPSQ1002": "세션 연결 오류",
}

_BUSINESS: Final = {
    "OPSQ0001": "호출 전처리 오류",
    "OPSQ0002": "없는 서비스 코드 입니다.",
    "OPSQ0010": "호출 결과처리 리소스 부족",
    "OPSQ0011": "호출 결과처리 리소스 부족",
    "OPSQ2000": "ERROR : INPUT INVALID_CHECK_ACNO",
    "OPSQ2001": "ERROR : INPUT FIELD NOT FOUND / MRKT_DIV_CODE",
    "OPSQ2002": "ERROR : INPUT INVALID_FIELD_LENGTH",
    "OPSQ2003": "MCI 전송 데이터 오류",
    "OPSQ3001": "응답 파싱 오류",
    "OPSQ3002": "응답 길이 오류",
    "OPSQ3004": "응답 메모리 할당 오류",
    "OPSQ9995": "JSON BODY 오류",
    "OPSQ9996": "JSON HEADER 오류",
    "OPSQ9997": "JSON 파싱 오류",
    "OPSQ9998": "seq_no가 없습니다.",
    "OPSQ9999": "tr_id가 없습니다.",
    "SYDB0050": "조회 이후 자료가 변경되었습니다.(다시 조회하세요)",
    "MCA00124": "계좌번호를 확인하시기 바랍니다.",
    "APAC0489": "위탁계좌인 경우만 조회가능합니다",
    "APBK0656": "해당종목정보가 없습니다.",
    "APBK0918": "장운영시간이 아닙니다.",
    "APBK0919": "장운영일자가 주문일과 상이합니다",
    "APBK1234": "주문가능시간이 아닙니다.",
    "APBK1271": "Not Found",
    "IGW00002": "계좌번호가 유효하지 않습니다.",
    "40310000": "모의투자에서 처리할 수 없습니다.",
    "40570000": "모의투자 장시작전 입니다.",
    "40970000": "모의투자에서 제공하지 않는 주문유형입니다.",
}

ERROR_SPECS: Final[dict[str, ErrorSpec]] = {
    code: ErrorSpec(status, text)
    for status, table in ((403, _OAUTH), (500, _GATEWAY), (200, _BUSINESS))
    for code, text in table.items()
}
