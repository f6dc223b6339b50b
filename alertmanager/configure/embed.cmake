# Writes TARGET, a C++ file that holds FILES, after the pattern SOURCE. They are called rules/x.yml, views/x.yml
# and so on, by what follows the folders alertmanager and grafana.
#
#   cmake -D FILES=a;b -D SOURCE=... -D TARGET=... -P embed.cmake
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  string(REGEX REPLACE ".*/(alertmanager|grafana)/" "" name ${file})
  string(APPEND entries "    {\"${name}\", R\"shipped(${text})shipped\"},\n")
endforeach()
configure_file(${SOURCE} ${TARGET} @ONLY)
