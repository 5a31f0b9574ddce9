"""What a lawyer files and a judge reads: the report, the item list, the certificate, the contact sheet."""
