//! Certificates and reports of third parties that a text names, by one name each.

use crate::sheet::pattern::{Pattern, pattern};

use super::fold::{Fold, once};

/// Management system standards, and further numbers in the same breath: ISO/IEC 27001, 27017 及び 27018.
static ISO: Pattern = pattern!(
    r"(?i)(?-u:\b)ISO\s*(?:[/・]\s*IEC)?\s*[-_ ]?\s*(?P<numbers>[0-9]{4,5}(?:-[0-9])?(?:\s*[::]\s*[0-9]{4})?(?:\s*(?:[/,、・&]|及び|および|と|and|並びに)+\s*(?:and\s+)?(?:27[0-9]{3}|20000|22301|9001|14001)(?:-[0-9])?(?:\s*[::]\s*[0-9]{4})?)*)"
);
static JIS: Pattern = pattern!(r"(?i)(?-u:\b)JIS\s*[- ]?\s*Q\s*[- ]?(?P<numbers>[0-9]{4,5})");
static NUMBER: Pattern = pattern!(r"(?P<number>[0-9]{4,5})(?:-[0-9])?(?:\s*:\s*[0-9]{4})?");
static SOC: Pattern = pattern!(
    r"(?i)(?-u:\b)SOC\s*[- ]?(?P<numbers>[123](?:\s*(?:Type|タイプ)\s*(?:[12]|II?))?(?:\s*(?:[/,、・&+]|及び|および|と|and)+\s*(?:SOC\s*-?)?[123](?:\s*(?:Type|タイプ)\s*(?:[12]|II?))?)*)(?:[^0-9A-Za-z.]|\+|[A-Za-z]{2}|[.](?:[^0-9]|$)|$)"
);
static SOC_NUMBER: Pattern = pattern!(r"(?i)(?:Type|タイプ)\s*(?:[12]|II?)|(?P<number>[123])");

/// What is found by one pattern each, and its name.
static NAMED: [(&Pattern, &str); 24] = [
    (&PCI, "PCI DSS"),
    (&ISMAP_LIU, "ISMAP-LIU"),
    (&ISMAP, "ISMAP"),
    (&PRIVACY_MARK, "PrivacyMark"),
    (&CSA, "CSA STAR"),
    (&FEDRAMP, "FedRAMP"),
    (&HIPAA, "HIPAA"),
    (&HITRUST, "HITRUST"),
    (&FISC, "FISC"),
    (&CS_MARK, "CS Mark"),
    (&ISMS, "ISO/IEC 27001"),
    (&ISMS_CLOUD, "ISO/IEC 27017"),
    (&ITSMS, "ISO/IEC 20000"),
    (&TRUSTE, "TRUSTe"),
    (&ISAE, "ISAE 3402"),
    (&SSAE16, "SSAE 16"),
    (&SSAE18, "SSAE 18"),
    (&C5, "C5"),
    (&IRAP, "IRAP"),
    (&TISAX, "TISAX"),
    (&CYBER_ESSENTIALS, "Cyber Essentials"),
    (&SECURITY_ACTION, "SECURITY ACTION"),
    (&ASPIC, "ASPIC"),
    (&APEC, "APEC CBPR"),
];
static PCI: Pattern = pattern!(r"(?i)(?-u:\b)PCI\s*[-_ ]?\s*(?:3DS|DSS)(?-u:\b)");
static ISMAP_LIU: Pattern = pattern!(r"(?i)(?-u:\b)ISMAP\s*[-ー]\s*LIU");
static ISMAP: Pattern = pattern!(r"(?i)(?-u:\b)ISMAP(?:[^-A-Za-z]|$|-[^L])");
static PRIVACY_MARK: Pattern =
    pattern!(r"(?i)プライバシー?\s*・?マーク|(?-u:\b)P\s*[-・]?\s*マーク|(?-u:\b)Privacy\s*-?Mark|(?-u:\b)P-Mark");
static CSA: Pattern =
    pattern!(r"(?i)(?-u:\b)CSA\s*[-/ ]?\s*STAR(?-u:\b)|(?-u:\b)STAR\s*(?:認証|Certification|Level\s*[123])");
static FEDRAMP: Pattern = pattern!(r"(?i)(?-u:\b)Fed\s?RAMP(?-u:\b)");
static HIPAA: Pattern = pattern!(r"(?i)(?-u:\b)HIPAA(?-u:\b)");
static HITRUST: Pattern = pattern!(r"(?i)(?-u:\b)HITRUST(?-u:\b)");
static FISC: Pattern =
    pattern!(r"(?i)(?-u:\b)FISC(?-u:\b)|金融機関等コンピュータ[ー]?システムの安全対策基準|金融情報システムセンター");
static CS_MARK: Pattern = pattern!(
    r"(?i)(?-u:\b)CS\s*(?:ゴールド|シルバー)?\s*マーク|(?-u:\b)CS\s*(?:Gold |Silver )?Mark(?-u:\b)|クラウドセキュリティ・?(?:ゴールド|シルバー)?マーク"
);
static ISMS: Pattern = pattern!(
    r"(?i)(?-u:\b)ISMS\s*(?:の)?\s*(?:認証|適合性評価|認定|certifi(?:ed|cate|cation))|情報セキュリティマネジメントシステム\s*(?:の)?\s*(?:認証|適合性評価)"
);
static ISMS_CLOUD: Pattern = pattern!(
    r"(?i)(?-u:\b)ISMS\s*[-・ ]?\s*クラウド(?:サービス)?(?:セキュリティ)?\s*認証|(?-u:\b)ISMS[-_ ]CLS(?-u:\b)"
);
static ITSMS: Pattern = pattern!(r"(?i)(?-u:\b)ITSMS\s*(?:の)?\s*(?:認証|認定|certif)");
static TRUSTE: Pattern = pattern!(r"(?-u:\b)(?:TRUSTe|TRUSTE|TrustArc)(?-u:\b)");
static ISAE: Pattern = pattern!(r"(?i)(?-u:\b)ISAE\s*[- ]?3402");
static SSAE16: Pattern = pattern!(r"(?i)(?-u:\b)SSAE\s*[- ]?(?:No\.?\s*)?16");
static SSAE18: Pattern = pattern!(r"(?i)(?-u:\b)SSAE\s*[- ]?(?:No\.?\s*)?18");
static C5: Pattern =
    pattern!(r"(?-u:\b)(?:BSI\s*)?C5(?::[0-9]{4})?\s*(?:attest|report|認証|Type|報告書)|(?-u:\b)BSI C5(?-u:\b)");
static IRAP: Pattern = pattern!(r"(?-u:\b)IRAP(?-u:\b)");
static TISAX: Pattern = pattern!(r"(?i)(?-u:\b)TISAX(?-u:\b)");
static CYBER_ESSENTIALS: Pattern = pattern!(r"(?i)(?-u:\b)Cyber Essentials(?-u:\b)");
static SECURITY_ACTION: Pattern =
    pattern!(r"(?i)(?-u:\b)SECURITY\s?ACTION(?-u:\b)\s*[「(]?\s*(?:[一二]つ星|★|を?宣言|1|2)|SECURITY ACTION");
static ASPIC: Pattern = pattern!(r"(?i)(?-u:\b)ASPIC(?-u:\b)|情報開示認定");
static APEC: Pattern = pattern!(r"(?i)(?-u:\b)(?:APEC\s*[-/ ]?\s*)?CBPR(?-u:\b)");

/// The certificates named in a text, in the order in which they are named, once each.
pub(super) fn find(fold: &Fold) -> Vec<String> {
    let text = fold.text.as_str();
    let mut found: Vec<(usize, String)> = Vec::new();
    for captures in ISO.captures_all(text).into_iter().flatten() {
        for (at, number) in listed(&captures, &NUMBER) {
            found.push((at, iso(&number)));
        }
    }
    for captures in JIS.captures_all(text).into_iter().flatten() {
        for (at, number) in listed(&captures, &NUMBER) {
            found.push((at, format!("JIS Q {number}")));
        }
    }
    for captures in SOC.captures_all(text).into_iter().flatten() {
        for (at, number) in listed(&captures, &SOC_NUMBER) {
            found.push((at, format!("SOC {number}")));
        }
    }
    for (pattern, name) in NAMED {
        if let Some(first) = pattern.find(text) {
            found.push((first.start(), name.to_owned()));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    once(found.into_iter().map(|(_, name)| name))
}

/// The numbers of a list that `captures` found, with their places in the whole text.
fn listed(captures: &regex::Captures<'_>, each: &Pattern) -> Vec<(usize, String)> {
    let Some(list) = captures.name("numbers") else { return Vec::new() };
    each.captures_all(list.as_str())
        .into_iter()
        .flatten()
        .filter_map(|c| c.name("number").map(|m| (list.start() + m.start(), m.as_str().to_owned())))
        .collect()
}

/// Standards that ISO publishes without IEC.
fn iso(number: &str) -> String {
    match number {
        "22301" | "9001" | "14001" | "45001" | "31000" | "22300" | "27799" | "13485" => format!("ISO {number}"),
        _ => format!("ISO/IEC {number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        find(&Fold::new(text))
    }

    #[test]
    fn patterns_compile() {
        for pattern in [&ISO, &JIS, &NUMBER, &SOC, &SOC_NUMBER] {
            assert!(pattern.compiles());
        }
        for (pattern, name) in NAMED {
            assert!(pattern.compiles(), "{name}");
        }
    }

    #[test]
    fn certificates_are_named_one_way() {
        table(
            [
                ("ISO27001を取得しています", vec!["ISO/IEC 27001"]),
                ("当社はISO/IEC27001:2013/JIS Q 27001:2014の要求事項に適合", vec!["ISO/IEC 27001", "JIS Q 27001"]),
                ("ＩＳＯ／ＩＥＣ　２７００１", vec!["ISO/IEC 27001"]),
                ("ISO/IEC 27001、27017及び27018", vec!["ISO/IEC 27001", "ISO/IEC 27017", "ISO/IEC 27018"]),
                ("ISO 27001, ISO 27017 and ISO-27701", vec!["ISO/IEC 27001", "ISO/IEC 27017", "ISO/IEC 27701"]),
                ("ISO 20000-1 and ISO22301:2019", vec!["ISO/IEC 20000", "ISO 22301"]),
                ("JISQ15001", vec!["JIS Q 15001"]),
                ("SOC1/SOC2/SOC3 レポート", vec!["SOC 1", "SOC 2", "SOC 3"]),
                ("SOC 2 Type 2 report", vec!["SOC 2"]),
                ("SOC 2 Type II, SOC 3", vec!["SOC 2", "SOC 3"]),
                ("SOC2タイプ1を取得", vec!["SOC 2"]),
                ("SOC1・2", vec!["SOC 1", "SOC 2"]),
                ("PCI-DSS v4.0", vec!["PCI DSS"]),
                ("PCIDSSに準拠", vec!["PCI DSS"]),
                ("ISMAP登録済み", vec!["ISMAP"]),
                ("ISMAP-LIU", vec!["ISMAP-LIU"]),
                ("プライバシーマークを取得", vec!["PrivacyMark"]),
                ("Ｐマーク", vec!["PrivacyMark"]),
                ("PrivacyMark certified", vec!["PrivacyMark"]),
                ("CSA STAR Level 2", vec!["CSA STAR"]),
                ("FedRAMP Moderate, HIPAA", vec!["FedRAMP", "HIPAA"]),
                ("FISC安全対策基準に準拠", vec!["FISC"]),
                ("CSゴールドマーク", vec!["CS Mark"]),
                ("ISMS認証を取得", vec!["ISO/IEC 27001"]),
                ("ISMSクラウドセキュリティ認証", vec!["ISO/IEC 27017"]),
                ("ISMAPは未取得です", vec!["ISMAP"]),
            ],
            of,
        );
    }

    #[test]
    fn what_names_none() {
        table(
            [
                "",
                "SOCによる24時間監視",
                "SOC 24x7",
                "SOC 3.5 名",
                "SOC200",
                "ISMSマニュアルに記載",
                "isolation 27001",
                "ipマーク",
                "STAR network",
                "港区1-2-3",
            ]
            .map(|text| (text, Vec::<String>::new())),
            of,
        );
    }
}
