use super::*;

/// As short sheets of small companies ask.
const JAPANESE: &[(&str, &str)] = &[
    ("1.1", "セキュリティポリシーを策定し、社長が承認して公開しているか"),
    ("1.2", "セキュリティポリシーは年に一度レビューしている"),
    ("2.1.5", "お客様からの問い合わせ窓口を公開している"),
    ("3.2.1", "社員へのセキュリティ研修を実施しているか"),
    ("3.2.2", "社内規程に違反した社員への懲戒規定がある"),
    ("3.3.1", "退職者のアカウントを速やかに削除している"),
    ("4.1", "情報資産管理台帳を作成している"),
    ("4.2", "情報資産を重要度で分類している"),
    ("5.2", "オフィスの入退室を記録し、許可された者だけが入れる"),
    ("5.3", "データセンタは耐震または免震構造か"),
    ("6.2", "システムの変更を管理し、影響がある場合はお客様に事前連絡する"),
    ("6.3", "対応ブラウザと OS を案内している"),
    ("6.4", "サーバの脆弱性情報を収集しパッチを適用している"),
    ("6.5", "サーバーのリソース使用状況を監視し、容量を計画している"),
    ("6.6", "年1回、外部業者による脆弱性診断を実施している"),
    ("6.8", "日次でバックアップを取得し、リストアのテストをしている"),
    ("6.9", "サービスの死活監視を24時間行っている"),
    ("6.10", "障害を検知したら利用者へ連絡する"),
    ("6.12", "監査ログを取得し、改ざんから保護している"),
    ("6.13", "ログの保存期間は1年以上"),
    ("6.14", "サーバの時刻はNTPで同期している"),
    ("6.15", "運用者は個人ごとの ID と多要素認証でログインする(共有アカウントなし)"),
    ("6.23", "一定時間操作がないとセッションがタイムアウトする"),
    ("6.26", "ファイアウォールで不正な通信を遮断している"),
    ("6.28", "解約後、お預かりしたデータを削除する"),
    ("6.29", "通信はTLSで暗号化し、保存データも暗号化している"),
    ("7.1", "委託先のセキュリティを契約で管理している"),
    ("8.2", "セキュリティ事故が起きたときの対応体制と手順がある"),
    ("9.1", "サーバーは冗長構成か"),
    ("9.2", "無停電電源装置と自家発電がある"),
    ("10.2", "データの保存場所は国内か"),
    ("10.5", "個人情報を適切に取り扱っている"),
    ("11.2", "離席時のスクリーンロックとクリアデスクを徹底している"),
    ("11.3", "社員のPCにアンチウイルスソフトを入れている"),
    ("11.5", "クラウド事業者と利用者の責任分界を定めている"),
];

const ENGLISH: &[(&str, &str)] = &[
    ("1.2", "Is the security policy reviewed at least annually?"),
    ("3.2.1", "Do all employees complete security awareness training?"),
    ("3.3.1", "Are accounts disabled when an employee leaves the company?"),
    ("4.1", "Do you maintain an inventory of your assets?"),
    ("5.3", "Is the data center built to resist earthquakes?"),
    ("6.4", "Do you track vulnerabilities and install security patches promptly?"),
    ("6.6", "Do you commission penetration tests and remediate the findings?"),
    ("6.8", "Are backups taken daily and restores tested?"),
    ("6.12", "Are audit logs protected against tampering?"),
    ("6.13", "How long are logs retained?"),
    ("6.14", "Are system clocks synchronized via NTP?"),
    ("6.19", "How is our data isolated from that of other tenants?"),
    ("6.23", "Do idle sessions time out?"),
    ("6.26", "Is a firewall in place that blocks unauthorized traffic?"),
    ("6.28", "Is customer data deleted after contract termination?"),
    ("6.29", "Is data encrypted in transit and at rest?"),
    ("8.2", "Do you have an incident response procedure?"),
    ("9.3", "Are there fire detection and extinguishing systems?"),
    ("11.3", "Do staff laptops run antivirus software?"),
    ("11.4", "Will customers be notified in advance if the service is discontinued?"),
];

fn told(texts: &[(&str, &str)]) -> usize {
    let items = texts.iter().enumerate().map(|(at, (_, text))| item(&format!("{}", at + 1), text)).collect();
    let (right, wrong) = judge(items, |at| Some(texts[at].0));
    assert_eq!(wrong, Vec::<String>::new());
    // Alone, with no other item to compare with, it must not become another either.
    for (id, text) in texts {
        let (_, wrong) = judge(vec![item("1", text)], |_| Some(id));
        assert_eq!(wrong, Vec::<String>::new());
    }
    eprintln!("{right} of {}", texts.len());
    right
}

#[test]
fn our_own_texts_are_their_own_in_both_languages() {
    for lang in [crate::model::Lang::Ja, crate::model::Lang::En] {
        let family = family();
        let items = family.items.iter().map(|it| item("0", it.text.get(lang))).collect();
        let (right, wrong) = judge(items, |at| Some(&family.items[at].id));
        assert_eq!((right, wrong), (66, vec![]), "{lang:?}");
        for it in &family.items {
            let (right, wrong) = judge(vec![item("0", it.text.get(lang))], |_| Some(&it.id));
            assert_eq!((right, wrong), (1, vec![]), "{lang:?}");
        }
    }
}

#[test]
fn short_japanese_items_are_found() {
    assert!(told(JAPANESE) * 10 >= JAPANESE.len() * 8);
}

#[test]
fn english_items_are_found() {
    assert!(told(ENGLISH) * 10 >= ENGLISH.len() * 8);
}
