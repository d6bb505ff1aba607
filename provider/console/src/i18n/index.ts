import { createInstance } from "i18next";

import { en } from "./en";
import { ko } from "./ko";
import { zh } from "./zh";

/** The texts of one language; every language has the same ones. */
export type Texts = Record<keyof typeof en, string>;

/** Where Airflow keeps the language that a person has chosen in its menu. */
const CHOSEN = "i18nextLng";

const texts = createInstance();
await texts.init({
  lng: globalThis.localStorage?.getItem(CHOSEN) ?? "en",
  fallbackLng: "en",
  resources: { en: { translation: en }, ko: { translation: ko }, zh: { translation: zh } },
  interpolation: { escapeValue: false }, // React escapes
});

/** Returns a text in Airflow's language. */
export const t = (key: keyof Texts, values: Record<string, unknown> = {}): string => texts.t(key, values);

/** The language that the texts are in: Airflow's `zh-CN` and `zh-TW` are both `zh`. */
export const textLanguage = (): string => texts.resolvedLanguage ?? "en";

/** The language for dates and numbers. */
export const language = (): string => texts.language;
