import { Box, Code, Text } from "@chakra-ui/react";

/** A value as JSON below its name; nothing where there is none. */
export function JsonView({ name, value }: { name: string; value: unknown }) {
  if (value === undefined) return null;
  return (
    <Box>
      <Text fontSize="xs" fontWeight="bold">
        {name}
      </Text>
      <Code as="pre" display="block" tabIndex={0} fontSize="xs" maxH="16rem" overflow="auto" p={2}>
        {JSON.stringify(value, null, 2)}
      </Code>
    </Box>
  );
}
