import { Text } from "@chakra-ui/react";

import { useErrorText } from "../i18n/errors";

interface Props {
  code: string;
  message: string;
}

/** An error in a line: what it means in the person's language, and the server's sentence, which names things and values. */
export function ErrorText({ code, message }: Props) {
  const known = useErrorText(code);
  return (
    <>
      {known && `${known.title} `}
      <span lang="en">{message}</span>
    </>
  );
}

/** An error in few words: what it means in the person's language, or its code. */
export function ErrorTitle({ code, message }: Props) {
  const known = useErrorText(code);
  return <Text title={message}>{known?.title ?? code}</Text>;
}
