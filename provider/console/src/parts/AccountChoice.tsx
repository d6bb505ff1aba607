import { t } from "../i18n";
import { useAccounts } from "../rest/accounts";
import { Choice } from "./Choice";

/** The account whose jobs a page shows; nothing where there is only one. */
export function AccountChoice({ account, onChange }: { account: string; onChange: (account: string) => void }) {
  const { data } = useAccounts();
  if (!data || data.accounts.length < 2) return null;
  const options = data.accounts.map(({ name }) => ({ value: name, label: name }));
  return <Choice label={t("account")} any={false} value={account} options={options} onChange={onChange} />;
}
