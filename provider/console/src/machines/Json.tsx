import { Box, Code, Text } from "@chakra-ui/react";

/** A value as JSON under its name; nothing where it is undefined. */
export function Json({ name, value }: { name: string; value: unknown }) {
  if (value === undefined) return null;
  return (
    <Box as="section" aria-label={name}>
      <Text fontWeight="bold" fontSize="sm">
        {name}
      </Text>
      <Code as="pre" display="block" tabIndex={0} maxH="20rem" overflow="auto" p={2}>
        {JSON.stringify(value, null, 2)}
      </Code>
    </Box>
  );
}
